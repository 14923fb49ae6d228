#include "actors/service/backup.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>

namespace muster {

namespace {

namespace fs = std::filesystem;

error failure_of(const std::string& what, const std::error_code& why) {
  return {error_code::storage_unavailable, what + ": " + why.message()};
}

/// What an operator can do about it.
std::string hint_of(const std::error_code& why) {
  if (why == std::errc::read_only_file_system) {
    return ". Where the node runs as the installed service it may write to its data folder only: "
           "name the folder in ReadWritePaths= by `systemctl edit muster`";
  }
  return why == std::errc::permission_denied ? ": the node's user must be allowed to write there"
                                             : "";
}

/// A file of ours is never changed once it has its name, so a link is as good as a copy.
result<void> link_or_copy(const fs::path& from, const fs::path& to) {
  std::error_code problem;
  fs::create_hard_link(from, to, problem);
  if (problem) {
    problem.clear();
    fs::copy_file(from, to, fs::copy_options::skip_existing, problem);
  }
  // A package may be deleted between the look at the folder and this.
  const bool gone = problem == std::errc::no_such_file_or_directory;
  return problem && !gone ? tl::unexpected(failure_of(to.string(), problem)) : result<void>();
}

/// Those that are not there yet; returns how many there are.
result<std::uint64_t> copy_packages(const fs::path& from, const fs::path& to) {
  std::error_code problem;
  std::uint64_t count = 0;
  for (fs::directory_iterator at(from, problem), end; !problem && at != end;
       at.increment(problem)) {
    const auto name = at->path().filename();
    if (name.string().starts_with("upload-")) {
      continue;
    }
    ++count;
    std::error_code ignored;
    if (!fs::exists(to / name, ignored)) {
      if (auto done = link_or_copy(at->path(), to / name); !done) {
        return tl::unexpected(std::move(done.error()));
      }
    }
  }
  return count;
}

result<void> make_durable(const fs::path& folder) {
  const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool done = file >= 0 && ::fsync(file) == 0;
  const std::error_code problem(errno, std::generic_category());
  if (file >= 0) {
    ::close(file);
  }
  return done ? result<void>() : tl::unexpected(failure_of(folder.string(), problem));
}

} // namespace

result<backup_summary> write_backup(persistence::store& rows, const clock_source& clock,
                                    const std::string& data_folder, const std::string& to) {
  const milliseconds begun = clock.now().steady;
  const fs::path target(to);
  if (to.empty() || !target.is_absolute()) {
    return fail(error_code::invalid, "a backup needs the whole path of a new folder");
  }
  std::error_code problem;
  if (fs::exists(target, problem)) {
    return fail(error_code::invalid, to + " is there already");
  }
  const fs::path unfinished = to + ".unfinished";
  fs::remove_all(unfinished, problem);
  if (!fs::create_directory(unfinished, problem)) {
    return fail(error_code::invalid,
                to + " cannot be made: " + problem.message() + hint_of(problem));
  }
  fs::permissions(unfinished, fs::perms::owner_all, problem);
  const fs::path packages = unfinished / "packages";
  fs::create_directory(packages, problem);
  const fs::path from = fs::path(data_folder) / "packages";
  backup_summary summary;
  // Before the rows, for those that are deleted after that moment; and after them, for those that
  // came between.
  auto done = copy_packages(from, packages)
                  .and_then([&](std::uint64_t) { return rows.write_backup(unfinished / "store"); })
                  .and_then([&] { return copy_packages(from, packages); })
                  .map([&](std::uint64_t count) { summary.packages = count; })
                  .and_then([&] { return make_durable(packages); })
                  .and_then([&] { return make_durable(unfinished); });
  if (done) {
    fs::rename(unfinished, target, problem);
    done = problem ? tl::unexpected(failure_of(to, problem)) : make_durable(target.parent_path());
  }
  if (!done) {
    fs::remove_all(unfinished, problem);
    return tl::unexpected(std::move(done.error()));
  }
  summary.took = clock.now().steady - begun;
  return summary;
}

} // namespace muster
