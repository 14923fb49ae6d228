#pragma once

#include "actors/model/time.hpp"
#include "actors/model/uuid.hpp"

#include <cstdint>
#include <mutex>

namespace muster {

/// How many events of its debugged nodes a tenant may have in an hour, on this node of the server.
/// Thread-safe.
class debug_budget {
public:
  static constexpr std::uint32_t usual = 50'000;

  explicit debug_budget(const tenant_id& of, std::uint32_t an_hour = usual)
      : of_(of), an_hour_(an_hour) {}

  enum class answer : std::uint8_t {
    granted,
    /// The last one of the hour, which is to say that no more follow. Also logged.
    last,
    none,
  };

  /// Takes one. `now` is wall time.
  answer take(timestamp now);

  std::uint32_t an_hour() const noexcept { return an_hour_; }

private:
  const tenant_id of_;
  const std::uint32_t an_hour_;
  std::mutex mutex_;
  timestamp hour_ = 0;
  std::uint32_t taken_ = 0;
};

} // namespace muster
