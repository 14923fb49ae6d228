#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace rocksdb {
class Env;
}

namespace muster::persistence {

/// Where the fault tests reach in. The node uses the defaults.
struct rocksdb_hooks {
  /// Stands for the file system; null: the machine's. Outlives the store.
  rocksdb::Env* env = nullptr;
  /// Off: commits are not synced. Only there to show that the power-loss test sees it.
  bool sync = true;
  /// Free bytes at a path; empty: what the kernel says.
  std::function<std::uint64_t(const std::string& path)> free_bytes;
  /// Off: nobody calls `tend` but the test.
  bool keeper_thread = true;
  /// Off: the end is that of a crash, with the newest rows in the journal only.
  bool flush_at_end = true;
};

} // namespace muster::persistence
