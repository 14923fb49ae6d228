#pragma once

#include "actors/model/time.hpp"
#include "actors/model/uuid.hpp"
#include "actors/rules/device_rules.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace muster::http {

/// What is counted of a device's requests (device reference, section 1.7).
enum class counted : std::uint8_t {
  message,           ///< Any request but the next.
  telemetry_message, ///< A post of telemetry or attributes; its values are counted besides.
  data_point         ///< One value of such a post.
};

/// What devices and tenants have used of their rate limits. Only those are known that have one and
/// used it lately; when there are too many, some are forgotten and begin anew. Thread-safe; each
/// call takes one or two of 64 locks for some tens of nanoseconds.
class rate_limits {
public:
  /// `most`: devices and tenants kept, for each thing counted, in all.
  explicit rate_limits(std::size_t most = 1'000'000);

  /// Takes `amount` from the device's limit and then from its tenant's. Nothing: it was taken; else
  /// the time until it would be, in milliseconds. What the device's own limit refuses is not taken
  /// from its tenant's.
  [[nodiscard]] std::optional<milliseconds> take(const device_rules& rules, const device_id& device,
                                                 counted what, std::uint64_t amount,
                                                 milliseconds now);

  /// Devices and tenants kept now.
  [[nodiscard]] std::size_t size() const;

private:
  struct key {
    uuid who;
    counted what = counted::message;

    friend bool operator==(const key&, const key&) = default;
  };
  struct key_hash {
    std::size_t operator()(const key& of) const noexcept;
  };
  struct part {
    mutable std::mutex mutex;
    std::unordered_map<key, rate_usage, key_hash> usages;
    /// So many are there when unused ones are looked for.
    std::size_t sweep_at = 256;
  };
  static constexpr std::size_t parts = 64;

  std::optional<milliseconds> take(const rate_limit& limit, const key& from, std::uint64_t amount,
                                   milliseconds now);
  void make_room(part& in, milliseconds now) const;

  std::size_t most_per_part_;
  std::unique_ptr<std::array<part, parts>> parts_;
};

} // namespace muster::http
