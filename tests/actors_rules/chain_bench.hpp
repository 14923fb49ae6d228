#pragma once

#include "actors/rules/engine/run_chain.hpp"

#include <map>
#include <string>
#include <vector>

namespace muster::test {

/// A chain as it is written down for a test. Nodes are named after their place in the list.
class chain_builder {
public:
  explicit chain_builder(std::string name = "chain");

  /// The class without the package. The first node made is the chain's first. Returns its place.
  std::uint32_t node(std::string_view short_name, std::string configuration = "{}");
  std::uint32_t named(std::string name, std::string_view short_name,
                      std::string configuration = "{}");
  chain_builder& connect(std::uint32_t from, std::string relation, std::uint32_t to);

  rule_chain chain;
};

/// ThingsBoard's default root chain (reference rules, section 2).
rule_chain default_chain();

/// A device that remembers what it was made do, in the order of that.
class recording_device final : public rule_device {
public:
  recording_device();

  /// The customer who has it from now on.
  void owner(customer_id customer) { info_.customer = customer; }

  /// The actor is not a device's from now on.
  void stand_for(const device_id& other) { info_.id = other; }

  const device_info& info() const noexcept override { return info_; }
  const value* attribute(attribute_scope scope, std::string_view key) const noexcept override;
  const latest_value* latest(std::string_view key) const noexcept override;
  void save(telemetry_entry&& entry, std::int64_t ttl_seconds) override;
  void save(attribute_scope scope, std::vector<key_value>&& values, bool only_on_change,
            bool notify) override;
  void erase(attribute_scope scope, const std::vector<std::string>& keys) override;
  bool answer_call(std::string_view request, json_text response) override;
  result<void> send(rpc_request&& request, chain_place&& resumes) override;
  result<void> later(left_work&& what) override;
  std::size_t waiting(const node_place& at) const override;
  const alarm* active_alarm(std::string_view type) const noexcept override;
  const alarm* active_alarm(const alarm_id& id) const noexcept override;
  result<alarm_outcome> raise_alarm(const alarm_demand& demand) override;
  std::optional<alarm> clear_alarm(std::string_view type,
                                   const std::optional<json_text>& details) override;
  void tell(rule_message&& event) override;

  /// `telemetry 5 {"a":1} ttl 0`, `attributes 2 {"a":1} change 1 notify 0`, `erase 2 a`,
  /// `answer 7 {}`, `rpc method params`.
  std::vector<std::string> done;
  std::map<std::string, value> attributes;
  std::vector<latest_value> values;
  std::vector<chain_place> asked;
  std::vector<left_work> left;
  bool takes_rpcs = true;
  bool takes_work = true;
  std::vector<alarm> alarms;
  std::vector<rule_message> told;

private:
  device_info info_;
};

/// A message of that device with the metadata that devices' messages have.
rule_message message_of(const rule_device& device, std::string_view type, std::string body);

/// Everything a test of chains needs.
struct chain_bench {
  chain_bench();

  void add(const rule_chain& chain);
  /// Runs the chain that was added first. Returns the failure that no node took.
  std::string run(std::string_view type, std::string body);
  std::string run(rule_message message);
  /// One node alone: the relations along which the message leaves it, with the message.
  std::vector<std::pair<std::string, rule_message>>
  through(std::string_view short_name, std::string configuration, rule_message message);

  /// The chain goes on where it has left that work: the relations along which the message leaves
  /// nodes from there on.
  std::vector<std::pair<std::string, rule_message>> go_on(left_work what, work_outcome outcome);

  script_engine scripts;
  rule_chains chains;
  recording_device device;
  instant now{1'700'000'000'000, 5'000};
  /// `node>` for a message that came in, `node>relation` for one that left.
  std::vector<std::string> way;
  std::vector<std::string> failures;

private:
  chain_run watched(std::vector<std::pair<std::string, rule_message>>& left);
};

} // namespace muster::test
