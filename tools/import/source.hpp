#pragma once

#include "tools/import/api.hpp"
#include "tools/import/device_record.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace muster::import {

/// A piece of the history of one device: `[{"ts":...,"values":{...}}, ...]`.
using send_history = std::function<result<void>(const nlohmann::json& points)>;

/// Where devices come from. Errors are worth refusing the device, but for storage_unavailable and
/// unauthorized, which end the run.
class source {
public:
  virtual ~source() = default;

  /// Tells one source from another, so that a journal is not continued with the wrong one.
  [[nodiscard]] virtual std::string identity() const = 0;

  /// How many devices there are, as far as is known before they are read.
  [[nodiscard]] virtual std::uint64_t count() const = 0;

  /// The next device, with what comes without asking for it alone; nullopt at the end. By one
  /// thread at a time.
  virtual result<std::optional<device_record>> next() = 0;

  /// Fills in the rest of a device from `next`. By any thread, with its own connection.
  virtual result<void> complete(device_record& device) = 0;

  /// Sends all history of a device, oldest first. By any thread.
  virtual result<void> history(const device_record& device, const send_history& send) = 0;
};

} // namespace muster::import
