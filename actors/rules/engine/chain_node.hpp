#pragma once

#include "actors/model/error.hpp"
#include "actors/model/rule_chain.hpp"
#include "actors/model/time.hpp"
#include "actors/rules/engine/rule_device.hpp"
#include "actors/rules/engine/rule_message.hpp"
#include "actors/rules/scripts/script_engine.hpp"

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

namespace relations {
inline constexpr std::string_view success = "Success";
inline constexpr std::string_view failure = "Failure";
inline constexpr std::string_view yes = "True";
inline constexpr std::string_view no = "False";
inline constexpr std::string_view other = "Other";
} // namespace relations

/// What a node is given beside the message: where the message goes on, and what it may use.
class node_run {
public:
  virtual ~node_run() = default;

  /// The message leaves along all connections of that relation, in any case of its letters; along
  /// none it ends there.
  virtual void tell(std::string_view relation, rule_message message) = 0;
  /// It leaves along Failure. `why` is for people.
  virtual void fail(rule_message message, std::string why) = 0;

  /// As `rule_device::send`; the node is resumed with the message when the RPC has ended.
  virtual result<void> send(rpc_request&& request, rule_message message) = 0;
  /// Leaves work to be done after the commit; the node is resumed with the message when it is done.
  /// Error: overloaded, when too much of the device waits.
  virtual result<void> later(chain_work&& work, rule_message message) = 0;
  /// Messages of this node whose work is not done.
  virtual std::size_t waiting() const = 0;

  virtual rule_device& device() noexcept = 0;
  virtual script_engine& scripts() noexcept = 0;
  virtual instant now() const noexcept = 0;
};

/// What a node does with messages of one type, as far as that can be said before one comes.
struct node_forecast {
  enum class kind : std::uint8_t {
    /// It depends on the message, or does more than the others here.
    unknown,
    /// Nothing but to send it on.
    passes,
    /// Saves it as the server does by itself where there is no chain, and sends it on.
    saves_telemetry,
    saves_client_attributes,
    /// Sends the application's RPC to the device; nothing goes on at once.
    calls_device,
  };
  kind what = kind::unknown;
  /// Where it goes on.
  std::string_view relation = relations::success;
};

/// One node, ready to run: its configuration and nothing that changes. Used by many threads at
/// once.
class chain_node {
public:
  virtual ~chain_node() = default;

  virtual void on(rule_message message, node_run& run) const = 0;
  /// The work that was left with the message is done. Of a node that leaves none it is never
  /// called.
  virtual void resume(rule_message message, work_outcome&& outcome, node_run& run) const {
    static_cast<void>(outcome);
    run.tell(relations::success, std::move(message));
  }
  virtual node_forecast foresee(std::string_view type) const {
    static_cast<void>(type);
    return {};
  }
  /// Whether it makes messages by itself.
  virtual bool is_source() const noexcept { return false; }
  /// Of a source: whether it does so in the actor of that device; one of no device does so in its
  /// tenant's.
  virtual bool begins_at(const device_info& which) const noexcept {
    static_cast<void>(which);
    return false;
  }
  /// That actor has none of its work: it is to leave some. The outbox has it until it is done,
  /// also when there is nothing more to make.
  virtual void begin(node_run& run) const { static_cast<void>(run); }
  /// Whether alarms that the device's alarm rules have changed are sent on from it.
  virtual bool tells_alarms() const noexcept { return false; }
  /// The script that it runs; null: none. Whether it compiles is not looked at when the node is
  /// made, since that takes the engine.
  virtual const script* own_script() const noexcept { return nullptr; }
};

/// What a node is made from.
struct node_settings {
  const rule_node& row;
  const nlohmann::json& configuration;
  script_engine& scripts;
};

/// Error: invalid, with the member of the configuration that is wrong.
using node_maker = result<std::unique_ptr<chain_node>> (*)(const node_settings& settings);

} // namespace muster
