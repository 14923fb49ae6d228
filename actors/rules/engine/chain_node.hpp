#pragma once

#include "actors/model/error.hpp"
#include "actors/model/rule_chain.hpp"
#include "actors/model/time.hpp"
#include "actors/rules/engine/rule_device.hpp"
#include "actors/rules/engine/rule_message.hpp"
#include "actors/rules/scripts/script_engine.hpp"

#include <nlohmann/json_fwd.hpp>

#include <memory>
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

  /// As `rule_device::send`; the message goes on along Success or Failure when the RPC has ended.
  virtual result<void> send(rpc_request&& request, rule_message message) = 0;

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
  virtual node_forecast foresee(std::string_view type) const {
    static_cast<void>(type);
    return {};
  }
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
