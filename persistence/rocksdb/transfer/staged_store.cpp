#include "persistence/rocksdb/transfer/staged_store.hpp"

#include "persistence/rocksdb/inspection/no_clock.hpp"
#include "persistence/rocksdb/tuning.hpp"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace muster::persistence::rocks {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t writer_memory = std::size_t{128} << 20;

fs::path store_in(const fs::path& folder) {
  return folder / "store";
}

/// What a killed process leaves of it goes at the next import.
fs::path staged_in(const fs::path& folder) {
  return folder / "store.importing";
}

rocksdb_options options_of(const fs::path& folder) {
  rocksdb_options options;
  options.path = folder.string();
  options.memory = writer_memory;
  return options;
}

tl::unexpected<error> cannot(const std::string& what, const std::string& why) {
  return fail(error_code::storage_unavailable, what + ": " + why);
}

/// A node could not write to what another user's process has made.
result<void> check_owner(const fs::path& folder) {
  struct stat found {};
  if (::stat(folder.c_str(), &found) != 0 || found.st_uid == ::geteuid()) {
    return {};
  }
  return fail(error_code::invalid, folder.string() +
                                       " belongs to another user, who has to do this: runuser -u "
                                       "OWNER -- muster-inspect ...");
}

/// All that was written to the file system of the folder.
result<void> sync_all(const fs::path& folder) {
  const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) {
    return cannot(folder.string(), std::strerror(errno));
  }
  const bool synced = ::syncfs(opened) == 0;
  const int problem = errno;
  ::close(opened);
  return synced ? result<void>() : cannot(folder.string(), std::strerror(problem));
}

} // namespace

staged_store::staged_store(fs::path folder, bool made, folder_lock lock)
    : folder_(std::move(folder)), made_(made),
      lock_(std::make_unique<folder_lock>(std::move(lock))) {}

result<std::unique_ptr<staged_store>> staged_store::make(const std::string& folder) {
  std::error_code problem;
  const bool made = !fs::exists(folder, problem);
  if (auto owned = check_owner(folder); !owned) {
    return tl::unexpected(std::move(owned.error()));
  }
  auto lock = folder_lock::acquire(folder);
  if (!lock) {
    return tl::unexpected(std::move(lock.error()));
  }
  std::unique_ptr<staged_store> staged(new staged_store(folder, made, std::move(*lock)));
  fs::remove_all(staged_in(folder), problem);
  return staged->copy_store().and_then([&] { return staged->open(); }).map([&] {
    return std::move(staged);
  });
}

staged_store::~staged_store() {
  rows_.reset();
  std::error_code problem;
  fs::remove_all(staged_in(folder_), problem);
  if (made_ && !placed_) {
    fs::remove(folder_ / "lock", problem);
    fs::remove(folder_, problem);
  }
}

result<void> staged_store::copy_store() {
  const fs::path from = store_in(folder_);
  const fs::path to = staged_in(folder_);
  std::error_code problem;
  fs::create_directory(to, problem);
  if (!fs::is_directory(from, problem)) {
    return {};
  }
  // One of an older format is refused: what must be migrated is the node's to migrate.
  auto readable = database::open_to_read(from.string(), tune(options_of(folder_), {}, no_clock()));
  if (!readable) {
    return tl::unexpected(std::move(readable.error()));
  }
  readable->reset();
  for (auto file = fs::directory_iterator(from, problem); !problem && file != fs::end(file);
       file.increment(problem)) {
    const fs::path copy = to / file->path().filename();
    std::error_code not_linked;
    if (file->path().extension() == ".sst") {
      fs::create_hard_link(file->path(), copy, not_linked);
    }
    if (file->path().extension() != ".sst" || not_linked) {
      fs::copy(file->path(), copy, problem);
    }
    if (problem) {
      break;
    }
  }
  return problem ? cannot("the store cannot be copied", problem.message()) : result<void>();
}

result<void> staged_store::open() {
  auto opened =
      database::open(staged_in(folder_).string(), tune(options_of(folder_), {}, no_clock()));
  if (!opened) {
    return tl::unexpected(std::move(opened.error()));
  }
  rows_ = std::move(*opened);
  return {};
}

result<void> staged_store::write(rocksdb::WriteBatch& rows) {
  rocksdb::WriteOptions options;
  // What a crash interrupts is not kept.
  options.disableWAL = true;
  const auto status = rows_->db().Write(options, &rows);
  return status.ok() ? result<void>() : tl::unexpected(error_of(status));
}

result<void> staged_store::flush() {
  for (const auto which :
       {family::unused, family::devices, family::timeseries, family::due, family::directory}) {
    if (const auto status = rows_->db().Flush({}, rows_->of(which)); !status.ok()) {
      return tl::unexpected(error_of(status));
    }
  }
  return {};
}

result<void> staged_store::put_in_place() {
  if (auto flushed = flush(); !flushed) {
    return flushed;
  }
  rows_.reset();
  if (auto synced = sync_all(folder_); !synced) {
    return synced;
  }
  const fs::path staged = staged_in(folder_);
  const fs::path store = store_in(folder_);
  std::error_code problem;
  const bool replaces = fs::exists(store, problem);
  // In one step: a node never finds the folder without a store, and makes none of its own there.
  if (::renameat2(AT_FDCWD, staged.c_str(), AT_FDCWD, store.c_str(),
                  replaces ? RENAME_EXCHANGE : RENAME_NOREPLACE) != 0) {
    return cannot("the new store cannot take the place of the old one", std::strerror(errno));
  }
  placed_ = true;
  return sync_all(folder_);
}

} // namespace muster::persistence::rocks
