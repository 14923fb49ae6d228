#include "persistence/packages/package_folder.hpp"

#include "persistence/packages/checksum.hpp"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <vector>

namespace muster::persistence {

namespace {

/// What uploads are called until they are finished.
constexpr std::string_view unfinished = "upload-";

std::optional<content_digest> content_named(std::string_view name) {
  const auto digit = [](char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  };
  content_digest made{};
  if (name.size() != 2 * made.size())
    return std::nullopt;
  for (std::size_t i = 0; i < made.size(); ++i) {
    const int high = digit(name[2 * i]);
    const int low = digit(name[2 * i + 1]);
    if (high < 0 || low < 0)
      return std::nullopt;
    made[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return made;
}

std::vector<std::string> names_in(const std::string& folder, std::error_code& problem) {
  std::vector<std::string> names;
  for (std::filesystem::directory_iterator each{folder, problem}, end; !problem && each != end;
       each.increment(problem))
    names.push_back(each->path().filename());
  return names;
}

error trouble(const std::string& path, const std::string& why) {
  spdlog::error("packages: {}: {}", path, why);
  return {error_code::storage_unavailable, {}};
}

} // namespace

content_hold::content_hold(package_folder& folder, const content_digest& content)
    : folder_{&folder}, content_{content} {
  const std::lock_guard lock{folder.mutex_};
  ++folder.held_[content];
}

content_hold::content_hold(content_hold&& other) noexcept
    : folder_{std::exchange(other.folder_, nullptr)}, content_{other.content_} {}

content_hold::~content_hold() {
  if (folder_ == nullptr)
    return;
  const std::lock_guard lock{folder_->mutex_};
  if (const auto found = folder_->held_.find(content_); --found->second == 0)
    folder_->held_.erase(found);
}

package_file::~package_file() {
  ::close(file_);
}

result<std::string> package_file::read(std::uint64_t offset, std::size_t size) const {
  std::string bytes(size, '\0');
  for (std::size_t have = 0; have < size;) {
    const auto got =
        ::pread(file_, bytes.data() + have, size - have, static_cast<off_t>(offset + have));
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      return tl::unexpected{trouble("read", got < 0 ? std::strerror(errno) : "the file is short")};
    have += static_cast<std::size_t>(got);
  }
  return bytes;
}

result<std::unique_ptr<package_folder>> package_folder::open(std::string path,
                                                             std::uint64_t min_free) {
  std::error_code problem;
  std::filesystem::create_directories(path, problem);
  for (const auto& name : problem ? std::vector<std::string>{} : names_in(path, problem))
    if (!problem && name.starts_with(unfinished))
      std::filesystem::remove(path + '/' + name, problem);
  if (problem)
    return fail(error_code::storage_unavailable, path + ": " + problem.message());
  return std::unique_ptr<package_folder>{new package_folder{std::move(path), min_free}};
}

std::string package_folder::path_of(const content_digest& content) const {
  return path_ + '/' + hexadecimal({reinterpret_cast<const char*>(content.data()), content.size()});
}

bool package_folder::has_room(std::uint64_t bytes) const {
  struct statvfs disk {};
  if (::statvfs(path_.c_str(), &disk) != 0)
    return false;
  return std::uint64_t{disk.f_bavail} * disk.f_frsize >= min_free_ + bytes;
}

result<void> package_folder::sync() const {
  const int folder = ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = folder >= 0 && ::fsync(folder) == 0;
  const int why = errno;
  if (folder >= 0)
    ::close(folder);
  if (!synced)
    return tl::unexpected{trouble(path_, std::strerror(why))};
  return {};
}

result<std::unique_ptr<incoming_package>>
package_folder::receive(std::optional<checksum_algorithm> expected) {
  auto path = path_ + '/' + std::string{unfinished} + "XXXXXX";
  const int file = ::mkostemp(path.data(), O_CLOEXEC);
  if (file < 0)
    return tl::unexpected{trouble(path, std::strerror(errno))};
  return std::make_unique<incoming_package>(*this, std::move(path), file, expected);
}

result<std::unique_ptr<const package_file>> package_folder::find(const content_digest& content) {
  const int file = ::open(path_of(content).c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0 && errno == ENOENT)
    return fail(error_code::not_found);
  if (file < 0)
    return tl::unexpected{trouble(path_of(content), std::strerror(errno))};
  return std::make_unique<const package_file>(file);
}

result<void> package_folder::clean(const std::function<result<bool>(const content_digest&)>& used) {
  std::error_code problem;
  for (const auto& name : names_in(path_, problem)) {
    const auto content = content_named(name);
    if (!content)
      continue;
    // Locked, so that nothing takes hold of it between the question and the removal.
    const std::lock_guard lock{mutex_};
    if (held_.contains(*content))
      continue;
    const auto answer = used(*content);
    if (!answer)
      return tl::unexpected{answer.error()};
    if (!*answer)
      std::filesystem::remove(path_ + '/' + name, problem);
    if (problem)
      break;
  }
  if (problem)
    return tl::unexpected{trouble(path_, problem.message())};
  return {};
}

} // namespace muster::persistence
