#pragma once

#include "actors/model/attribute.hpp"
#include "actors/model/entity.hpp"
#include "actors/model/error.hpp"
#include "actors/model/rpc.hpp"
#include "actors/model/telemetry.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

struct chain_place;

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
  /// Sends the device an RPC. `resumes`: where the chain goes on with what it ends with, unless an
  /// application waits for that. Error: overloaded, when its mailbox is full.
  virtual result<void> send(rpc_request&& request, chain_place&& resumes) = 0;
};

} // namespace muster
