#include "persistence/rocksdb/log.hpp"

#include <spdlog/spdlog.h>

#include <array>
#include <cstdio>

namespace muster::persistence::rocks {

namespace {

spdlog::level::level_enum level_of(rocksdb::InfoLogLevel level) noexcept {
  switch (level) {
  case rocksdb::InfoLogLevel::WARN_LEVEL:
    return spdlog::level::warn;
  case rocksdb::InfoLogLevel::ERROR_LEVEL:
  case rocksdb::InfoLogLevel::FATAL_LEVEL:
    return spdlog::level::err;
  default:
    return spdlog::level::debug;
  }
}

} // namespace

void log_bridge::Logv(const char* format, va_list arguments) {
  Logv(rocksdb::InfoLogLevel::INFO_LEVEL, format, arguments);
}

void log_bridge::Logv(rocksdb::InfoLogLevel level, const char* format, va_list arguments) {
  if (level < GetInfoLogLevel() || level >= rocksdb::InfoLogLevel::HEADER_LEVEL) {
    return;
  }
  std::array<char, 1024> line{};
  std::vsnprintf(line.data(), line.size(), format, arguments);
  spdlog::log(level_of(level), "rocksdb: {}", line.data());
}

} // namespace muster::persistence::rocks
