#include "persistence/packages/checksum.hpp"
#include "persistence/packages/package_folder.hpp"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace muster::persistence {

namespace {

/// The disk is set to work this often, so that the end of an upload, and the journal of the rows
/// meanwhile, need not wait for a gigabyte.
constexpr std::uint64_t push_every = std::uint64_t{8} << 20;
constexpr std::size_t read_size = 256 * 1024;

bool same_in_any_case(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
  });
}

} // namespace

incoming_package::incoming_package(package_folder& folder, std::string path, int file,
                                   std::optional<checksum_algorithm> expected)
    : folder_{folder}, path_{std::move(path)}, file_{file},
      name_{make_checksum(checksum_algorithm::sha256)}, expected_{expected} {
  if (expected_ && *expected_ != checksum_algorithm::sha256)
    sum_ = make_checksum(*expected_);
}

incoming_package::~incoming_package() {
  drop();
}

void incoming_package::drop() {
  if (file_ < 0)
    return;
  ::close(std::exchange(file_, -1));
  ::unlink(path_.c_str());
}

error incoming_package::failed(const char* doing) {
  const int why = errno;
  spdlog::error("packages: an upload ends, {} failed: {}", doing, std::strerror(why));
  drop();
  return {error_code::storage_unavailable, why == ENOSPC ? "The disk is full" : ""};
}

result<void> incoming_package::write(std::string_view bytes) {
  if (!folder_.has_room(bytes.size())) {
    drop();
    return fail(error_code::storage_unavailable, "The disk is nearly full");
  }
  name_->add(bytes);
  if (sum_)
    sum_->add(bytes);
  while (!bytes.empty()) {
    const auto wrote = ::write(file_, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR)
      continue;
    if (wrote < 0)
      return tl::unexpected{failed("write")};
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
    size_ += static_cast<std::uint64_t>(wrote);
  }
  if (size_ - pushed_ >= push_every) {
    // Only a hint: what counts is the fsync at the end.
    ::sync_file_range(file_, static_cast<off_t>(pushed_), static_cast<off_t>(size_ - pushed_),
                      SYNC_FILE_RANGE_WRITE);
    pushed_ = size_;
  }
  return {};
}

result<std::string> incoming_package::sum_by(checksum_algorithm algorithm) {
  if (sum_ && expected_ == algorithm)
    return sum_->finish();
  // Named behind the bytes: they are read once more.
  auto sum = make_checksum(algorithm);
  std::string bytes(read_size, '\0');
  for (std::uint64_t at = 0; at < size_;) {
    const auto got = ::pread(file_, bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      return tl::unexpected{failed("read")};
    sum->add(std::string_view{bytes}.substr(0, static_cast<std::size_t>(got)));
    at += static_cast<std::uint64_t>(got);
  }
  return sum->finish();
}

result<stored_package> incoming_package::finish(checksum_algorithm algorithm,
                                                const std::optional<std::string>& wanted) {
  const auto name = name_->finish();
  const auto sum =
      algorithm == checksum_algorithm::sha256 ? result<std::string>{name} : sum_by(algorithm);
  if (!sum)
    return tl::unexpected{sum.error()};
  const auto shown = hexadecimal(*sum);
  if (wanted && !same_in_any_case(*wanted, shown)) {
    drop();
    return fail(error_code::invalid, "Wrong otaPackage file!");
  }
  if (::fsync(file_) != 0)
    return tl::unexpected{failed("fsync")};
  content_digest content{};
  std::memcpy(content.data(), name.data(), content.size());
  content_hold hold{folder_, content};
  // A file of the same content is replaced by its like.
  if (std::rename(path_.c_str(), folder_.path_of(content).c_str()) != 0)
    return tl::unexpected{failed("rename")};
  ::close(std::exchange(file_, -1));
  if (const auto synced = folder_.sync(); !synced)
    return tl::unexpected{synced.error()};
  return stored_package{content, size_, shown, std::move(hold)};
}

} // namespace muster::persistence
