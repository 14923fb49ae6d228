#pragma once

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <string>

namespace muster::test {

/// A file system that forgets what was not synced, and can fail. It writes through to the machine's
/// files and notes what a sync of file or folder has made durable. `cut_power` starts the time in
/// which nothing reaches the disk any more, though the program does not notice; `lose_unsynced`
/// then leaves the files as a restart would find them: unsynced ends are gone up to a random place,
/// new files and renames of an unsynced folder as well.
class lossy_files final : public rocksdb::FileSystemWrapper {
public:
  explicit lossy_files(std::uint32_t seed)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), random_(seed) {}

  const char* Name() const override { return "lossy_files"; }

  /// After so many more writes and syncs.
  void cut_power_after(std::uint64_t operations) { left_ = static_cast<std::int64_t>(operations); }
  bool power_is_off() const { return left_ <= 0; }
  /// All files are closed by now. Power is on again afterwards.
  void lose_unsynced();

  /// Writes and syncs fail from now on, or no more.
  void fail_writes(bool on) { failing_ = on; }

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewDirectory(const std::string& path, const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* folder,
                                 rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;

private:
  friend class lossy_file;
  friend class lossy_folder;

  struct file_state {
    std::uint64_t written = 0;
    std::uint64_t synced = 0;
  };
  /// What a name meant before a rename that is not durable yet.
  struct renamed {
    std::optional<std::string> old_content;
  };

  /// One more operation; false: the power is off and it must not happen.
  bool spend();
  rocksdb::IOStatus failure() const;
  void appended(const std::string& path, std::uint64_t bytes);
  void synced(const std::string& path);
  void folder_synced(const std::string& folder);

  std::mutex mutex_;
  std::map<std::string, file_state> files_;
  /// Names that their folder does not know durably.
  std::set<std::string> created_;
  std::map<std::string, renamed> renamed_;
  std::atomic<std::int64_t> left_{INT64_MAX};
  std::atomic<bool> failing_{false};
  std::mt19937 random_;
};

} // namespace muster::test
