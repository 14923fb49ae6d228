#include "persistence/rocksdb/slot.hpp"

#include <spdlog/spdlog.h>
#include <sys/statvfs.h>

#include <filesystem>
#include <limits>
#include <utility>

namespace muster::persistence::rocks {

namespace {

/// A commit asks the kernel for the free bytes when it was not asked for this long: far fewer bytes
/// are written meanwhile than `min_free` keeps.
constexpr milliseconds look_again = 100;

std::uint64_t bytes_below(const std::string& folder) {
  // Files come and go meanwhile; what cannot be read any more counts nothing.
  std::uint64_t sum = 0;
  std::error_code failure;
  auto entry = std::filesystem::directory_iterator(folder, failure);
  const std::filesystem::directory_iterator end;
  while (!failure && entry != end) {
    std::error_code gone;
    const std::uint64_t size = entry->file_size(gone);
    sum += gone ? 0 : size;
    entry.increment(failure);
  }
  return sum;
}

} // namespace

result<std::unique_ptr<slot>> slot::open(const rocksdb_options& options, const rocksdb_hooks& hooks,
                                         const clock_source& clock) {
  auto lock = folder_lock::acquire(options.path);
  if (!lock) {
    return tl::unexpected(lock.error());
  }
  std::unique_ptr<slot> made(new slot(options, hooks, clock, std::move(*lock)));
  // RocksDB would make it too, but complains first.
  std::error_code failure;
  std::filesystem::create_directories(made->path_, failure);
  if (failure) {
    return fail(error_code::storage_unavailable,
                "the folder " + made->path_ + " cannot be made: " + failure.message());
  }
  auto opened = database::open(made->path_, made->tuned_);
  if (!opened) {
    return tl::unexpected(opened.error());
  }
  made->open_ = std::move(*opened);
  made->look_at_disk();
  made->health_.bytes_on_disk = bytes_below(made->path_);
  return made;
}

slot::slot(const rocksdb_options& options, const rocksdb_hooks& hooks, const clock_source& clock,
           folder_lock lock)
    : path_(options.path + "/store"), min_free_(options.min_free), hooks_(hooks),
      lock_(std::move(lock)), tuned_(tune(options, hooks, clock)), clock_(clock) {}

slot::~slot() {
  if (hooks_.flush_at_end && open_ && failure_.empty()) {
    open_->flush();
  }
}

result<std::shared_ptr<database>> slot::readable() const {
  const std::lock_guard lock(mutex_);
  if (!open_) {
    return fail(error_code::storage_unavailable, "the store is opened again: " + failure_);
  }
  return open_;
}

result<std::shared_ptr<database>> slot::writable() {
  const bool enough = enough_free();
  const std::lock_guard lock(mutex_);
  if (!failure_.empty()) {
    return fail(error_code::storage_unavailable, failure_);
  }
  if (!enough) {
    return fail(error_code::storage_unavailable, health_.trouble);
  }
  return open_;
}

void slot::write_failed(const error& why) {
  const std::lock_guard lock(mutex_);
  if (failure_.empty()) {
    failure_ = why.message;
    health_.trouble = why.message;
    spdlog::error("no more writes until the store has been opened again: {}", why.message);
  }
}

bool slot::enough_free() {
  {
    const std::lock_guard lock(mutex_);
    if (!disk_full_ && clock_.now().steady - looked_at_ < look_again) {
      return true;
    }
  }
  return look_at_disk();
}

bool slot::look_at_disk() {
  const std::uint64_t free = free_bytes();
  const std::lock_guard lock(mutex_);
  looked_at_ = clock_.now().steady;
  health_.free_bytes = free;
  const bool full = free < min_free_;
  if (full != disk_full_) {
    disk_full_ = full;
    if (full) {
      spdlog::error("no more writes: the disk has {} bytes left, fewer than data.min_free", free);
    } else {
      spdlog::info("the disk has {} bytes left, writes go on", free);
    }
  }
  if (failure_.empty()) {
    health_.trouble = full ? "the disk is nearly full" : "";
  }
  return !full;
}

void slot::tend() {
  const bool enough = look_at_disk();
  const std::uint64_t bytes = bytes_below(path_);
  std::shared_ptr<database> in_use;
  {
    const std::lock_guard lock(mutex_);
    health_.bytes_on_disk = bytes;
    if (failure_.empty() && open_) {
      in_use = open_;
    }
  }
  if (in_use) {
    in_use->cursors().drop();
    return;
  }
  if (enough && close_failed()) {
    open_again();
  }
}

bool slot::close_failed() {
  {
    const std::lock_guard lock(mutex_);
    if (open_) {
      closing_ = std::exchange(open_, nullptr);
      closing_->recall();
    }
  }
  // No new handles are given out, so the count only falls.
  if (closing_ && closing_.use_count() > 1) {
    return false;
  }
  closing_.reset();
  return true;
}

void slot::open_again() {
  auto opened = database::open(path_, tuned_);
  const std::lock_guard lock(mutex_);
  if (!opened) {
    if (health_.trouble != opened.error().message) {
      spdlog::error("the store cannot be opened again yet: {}", opened.error().message);
      health_.trouble = opened.error().message;
    }
    return;
  }
  open_ = std::move(*opened);
  failure_.clear();
  health_.trouble.clear();
  ++health_.reopenings;
  spdlog::warn("the store has been opened again, writes go on");
}

store_health slot::health() const {
  const std::lock_guard lock(mutex_);
  return health_;
}

std::uint64_t slot::free_bytes() const {
  if (hooks_.free_bytes) {
    return hooks_.free_bytes(path_);
  }
  struct statvfs disk {};
  // A disk that cannot be asked is no reason to refuse writes; they will tell.
  return statvfs(path_.c_str(), &disk) == 0 ? std::uint64_t{disk.f_bavail} * disk.f_frsize
                                            : std::numeric_limits<std::uint64_t>::max();
}

} // namespace muster::persistence::rocks
