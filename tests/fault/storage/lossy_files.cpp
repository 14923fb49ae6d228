#include "tests/fault/storage/lossy_files.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

namespace muster::test {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

namespace {

std::optional<std::string> content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return std::nullopt;
  }
  return std::string(std::istreambuf_iterator<char>(file), {});
}

} // namespace

class lossy_file final : public rocksdb::FSWritableFileOwnerWrapper {
public:
  lossy_file(lossy_files& disk, std::string path, std::unique_ptr<rocksdb::FSWritableFile> inner)
      : FSWritableFileOwnerWrapper(std::move(inner)), disk_(disk), path_(std::move(path)) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    return write(data, [&] { return target()->Append(data, options, debug); });
  }
  IOStatus Append(const Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& info, IODebugContext* debug) override {
    return write(data, [&] { return target()->Append(data, options, info, debug); });
  }
  // The machine's own sync is left out: power is lost in this process only.
  IOStatus Sync(const IOOptions&, IODebugContext*) override { return sync(); }
  IOStatus Fsync(const IOOptions&, IODebugContext*) override { return sync(); }
  IOStatus RangeSync(uint64_t, uint64_t, const IOOptions&, IODebugContext*) override {
    return IOStatus::OK();
  }

private:
  template <class Write>
  IOStatus write(const Slice& data, Write inner) {
    if (disk_.failing_) {
      return disk_.failure();
    }
    if (!disk_.spend()) {
      return IOStatus::OK();
    }
    const IOStatus done = inner();
    if (done.ok()) {
      disk_.appended(path_, data.size());
    }
    return done;
  }

  IOStatus sync() {
    if (disk_.failing_) {
      return disk_.failure();
    }
    // What RocksDB buffers lies above this class; the machine's file has no buffer of its own.
    if (disk_.spend()) {
      disk_.synced(path_);
    }
    return IOStatus::OK();
  }

  lossy_files& disk_;
  std::string path_;
};

class lossy_folder final : public rocksdb::FSDirectoryWrapper {
public:
  lossy_folder(lossy_files& disk, std::string path, std::unique_ptr<rocksdb::FSDirectory> inner)
      : FSDirectoryWrapper(std::move(inner)), disk_(disk), path_(std::move(path)) {}

  IOStatus Fsync(const IOOptions&, IODebugContext*) override { return sync(); }
  IOStatus FsyncWithDirOptions(const IOOptions&, IODebugContext*,
                               const rocksdb::DirFsyncOptions&) override {
    return sync();
  }

private:
  IOStatus sync() {
    if (disk_.failing_) {
      return disk_.failure();
    }
    if (disk_.spend()) {
      disk_.folder_synced(path_);
    }
    return IOStatus::OK();
  }

  lossy_files& disk_;
  std::string path_;
};

IOStatus lossy_files::NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* file,
                                      IODebugContext* debug) {
  if (failing_) {
    return failure();
  }
  std::unique_ptr<rocksdb::FSWritableFile> inner;
  const bool on = spend();
  // With the power off the file goes to one that is thrown away.
  const std::string place = on ? path : path + ".lost";
  const IOStatus made = target()->NewWritableFile(place, options, &inner, debug);
  if (!made.ok()) {
    return made;
  }
  {
    const std::lock_guard lock(mutex_);
    files_[place] = {};
    created_.insert(place);
  }
  *file = std::make_unique<lossy_file>(*this, place, std::move(inner));
  return made;
}

IOStatus lossy_files::NewDirectory(const std::string& path, const IOOptions& options,
                                   std::unique_ptr<rocksdb::FSDirectory>* folder,
                                   IODebugContext* debug) {
  std::unique_ptr<rocksdb::FSDirectory> inner;
  const IOStatus made = target()->NewDirectory(path, options, &inner, debug);
  if (made.ok()) {
    *folder = std::make_unique<lossy_folder>(
        *this, std::filesystem::path(path).lexically_normal().string(), std::move(inner));
  }
  return made;
}

IOStatus lossy_files::RenameFile(const std::string& from, const std::string& to,
                                 const IOOptions& options, IODebugContext* debug) {
  if (failing_) {
    return failure();
  }
  if (!spend()) {
    return IOStatus::OK();
  }
  const std::lock_guard lock(mutex_);
  renamed_.try_emplace(to, renamed{content_of(to)});
  const IOStatus done = target()->RenameFile(from, to, options, debug);
  if (const auto state = files_.find(from); done.ok() && state != files_.end()) {
    files_[to] = state->second;
    files_.erase(from);
    created_.erase(from);
  }
  return done;
}

IOStatus lossy_files::DeleteFile(const std::string& path, const IOOptions& options,
                                 IODebugContext* debug) {
  if (!spend()) {
    return IOStatus::OK();
  }
  const std::lock_guard lock(mutex_);
  files_.erase(path);
  created_.erase(path);
  renamed_.erase(path);
  return target()->DeleteFile(path, options, debug);
}

void lossy_files::lose_unsynced() {
  const std::lock_guard lock(mutex_);
  for (const auto& [path, state] : files_) {
    std::error_code gone;
    if (created_.contains(path)) {
      std::filesystem::remove(path, gone);
    } else if (state.written > state.synced) {
      std::uniform_int_distribution<std::uint64_t> anywhere(state.synced, state.written);
      std::filesystem::resize_file(path, anywhere(random_), gone);
    }
  }
  for (const auto& [path, before] : renamed_) {
    std::error_code gone;
    if (before.old_content) {
      std::ofstream(path, std::ios::binary | std::ios::trunc) << *before.old_content;
    } else {
      std::filesystem::remove(path, gone);
    }
  }
  files_.clear();
  created_.clear();
  renamed_.clear();
  left_ = INT64_MAX;
}

bool lossy_files::spend() {
  return left_.fetch_sub(1) > 0;
}

IOStatus lossy_files::failure() const {
  return IOStatus::IOError("planted failure");
}

void lossy_files::appended(const std::string& path, std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  files_[path].written += bytes;
}

void lossy_files::synced(const std::string& path) {
  const std::lock_guard lock(mutex_);
  files_[path].synced = files_[path].written;
}

void lossy_files::folder_synced(const std::string& folder) {
  const std::lock_guard lock(mutex_);
  const auto inside = [&](const std::string& path) {
    return std::filesystem::path(path).lexically_normal().parent_path() == folder ||
           std::filesystem::path(path).lexically_normal().parent_path().string() + "/" == folder;
  };
  std::erase_if(created_, inside);
  std::erase_if(renamed_, [&](const auto& entry) { return inside(entry.first); });
}

} // namespace muster::test
