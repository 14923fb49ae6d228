#pragma once

#include <rocksdb/env.h>

namespace muster::persistence::rocks {

/// RocksDB's own messages, warnings and errors only, go to the program's log. Without it RocksDB
/// logs into a file on the very disk that may be full, and aborts.
class log_bridge final : public rocksdb::Logger {
public:
  log_bridge() : Logger(rocksdb::InfoLogLevel::WARN_LEVEL) {}

  using Logger::Logv;
  void Logv(const char* format, va_list arguments) override;
  void Logv(rocksdb::InfoLogLevel level, const char* format, va_list arguments) override;
  /// The dump of all options at each open: left out.
  void LogHeader(const char*, va_list) override {}
};

} // namespace muster::persistence::rocks
