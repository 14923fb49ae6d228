#pragma once

#include "actors/model/alarm.hpp"
#include "actors/model/attribute.hpp"
#include "actors/model/entity.hpp"
#include "actors/model/error.hpp"
#include "actors/model/rpc.hpp"
#include "actors/model/telemetry.hpp"
#include "actors/rules/engine/chain_work.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

struct rule_message;

/// What a chain may know of the device whose message it works on, and have it do. What it does
/// belongs to the commit of the command that the chain runs for, and a later node reads it.
/// Implemented by the device's state; used while a chain runs, on the actor's thread.
class rule_device {
public:
  virtual ~rule_device() = default;

  virtual const device_info& info() const noexcept = 0;
  /// Null: there is none. Valid until something is saved.
  virtual const value* attribute(attribute_scope scope, std::string_view key) const noexcept = 0;
  virtual const latest_value* latest(std::string_view key) const noexcept = 0;

  /// `ts` absent: the server's time. `ttl_seconds` 0: the profile's.
  virtual void save(telemetry_entry&& entry, std::int64_t ttl_seconds) = 0;
  /// `notify`: of the shared scope, whether polls are told.
  virtual void save(attribute_scope scope, std::vector<key_value>&& values, bool only_on_change,
                    bool notify) = 0;
  virtual void erase(attribute_scope scope, const std::vector<std::string>& keys) = 0;
  /// Answers the device's own RPC that the message's metadata names. False: nobody waits for it.
  virtual bool answer_call(std::string_view request, json_text response) = 0;
  /// Sends the device an RPC. `resumes`: where the chain goes on with what it ends with, unless it
  /// is persistent or an application waits for that. Error: overloaded, when its mailbox or its
  /// outbox is full.
  virtual result<void> send(rpc_request&& request, chain_place&& resumes) = 0;
  /// Has the work done after the commit. Error: overloaded, when the outbox is full.
  virtual result<void> later(left_work&& what) = 0;
  /// How much of a node's work is not done.
  virtual std::size_t waiting(const node_place& at) const = 0;

  /// The active alarm of the type, or with the identifier; null: there is none. Valid until one is
  /// raised or cleared.
  virtual const alarm* active_alarm(std::string_view type) const noexcept = 0;
  virtual const alarm* active_alarm(const alarm_id& id) const noexcept = 0;
  /// Error: overloaded, when there are too many active ones.
  virtual result<alarm_outcome> raise_alarm(const alarm_demand& demand) = 0;
  /// Absent details: they stay. Nothing: there is no active one of the type.
  virtual std::optional<alarm> clear_alarm(std::string_view type,
                                           const std::optional<json_text>& details) = 0;
  /// The message enters the device's chain as well, once the present one is through; nothing when
  /// nothing would become of it.
  virtual void tell(rule_message&& event) = 0;
};

} // namespace muster
