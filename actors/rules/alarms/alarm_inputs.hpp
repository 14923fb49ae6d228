#pragma once

#include "actors/model/attribute.hpp"
#include "actors/model/error.hpp"
#include "actors/model/telemetry.hpp"
#include "actors/model/uuid.hpp"
#include "actors/rules/scripts/script.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace muster {

/// What alarm rules may know of their device, as it is now. Implemented by the device's state.
class alarm_inputs {
public:
  virtual ~alarm_inputs() = default;

  virtual std::optional<value> latest(std::string_view key) const = 0;
  /// The server's own attributes of the device (`active`, ...) are among those of the server scope.
  virtual std::optional<value> attribute(attribute_scope scope, std::string_view key) const = 0;
  /// Absent: the device is its tenant's own.
  virtual std::optional<customer_id> customer() const = 0;
  // Of the server scope.
  virtual std::optional<value> customer_attribute(const customer_id& of,
                                                  std::string_view key) const = 0;
  virtual std::optional<value> tenant_attribute(std::string_view key) const = 0;
  /// `name`, `type`, `label`, `createdTime`.
  virtual std::optional<value> field(std::string_view name) const = 0;

  /// What a filter says of that message. Error: it failed.
  virtual result<bool> ask(const script& what, const std::string& msg_json) const = 0;
};

} // namespace muster
