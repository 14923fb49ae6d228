#pragma once

#include "tests/persistence/conformance/model.hpp"
#include "tests/persistence/conformance/tape.hpp"

namespace muster::test {

/// The small world that scripts play in, so that collisions are frequent.
struct world {
  std::vector<device_id> devices;
  std::vector<tenant_id> tenants;
  std::vector<customer_id> customers;
  std::vector<profile_id> profiles;
  std::vector<user_id> users;
  std::vector<package_id> packages;
  std::vector<rule_chain_id> rule_chains;
  std::vector<rule_node_id> rule_nodes;
  std::vector<uuid> audits;
  std::vector<uuid> jobs;
  std::vector<std::string> keys{"key", "other"};
  std::vector<std::string> names{"a", "A", "b", "ab B", std::string("a\0z", 3), "\xc3\x89\xc3\xa9"};
  std::vector<std::string> tokens{"t0", "t1", "t2", "t3", "t4", "t5"};
  std::vector<std::string> emails{"a@x", "A@x", "b@x"};
  std::vector<std::string> types{"default", "Pump"};
  std::vector<std::uint64_t> outbox_numbers{0, 1, 255, 256, 1'000'000};

  world();
  /// All that can have relations.
  std::vector<entity_ref> entities() const;
  /// RPCs of one device.
  std::vector<rpc_id> rpcs_of(const device_id& device) const;
  std::vector<alarm_id> alarms_of(const device_id& device) const;
};

/// Writes that a correct caller could make of what `known` holds, `old` values included; some with
/// preconditions that do not hold, some of a stale epoch.
class script {
public:
  script(const world& where, tape& choices) : where_(where), choices_(choices) {}

  /// Changes `known` as a store must.
  struct step {
    persistence::write change;
    persistence::write_outcome expected;
  };
  step next(model& known, timestamp now);

private:
  /// Of every precondition that does not hold.
  static error refusal() { return {error_code::already_exists, "taken"}; }

  void device_write(persistence::write& into, model& scratch, timestamp now);
  void create(persistence::write& into, model& scratch, timestamp now);
  persistence::mutation device_mutation(persistence::write& into, const model_device& device,
                                        timestamp now);
  persistence::mutation history_mutation(const model_device& device, timestamp now);
  persistence::mutation rpc_mutation(const device_id& device, timestamp now);
  persistence::mutation outbox_mutation();
  /// Of what is no device.
  persistence::mutation left_mutation(const model_device& left);
  persistence::mutation due_mutation(const model_device& device);
  // alarm_script.cpp
  persistence::mutation alarm_mutation(persistence::write& into, const model_device& device,
                                       timestamp now);
  persistence::mutation info_mutation(persistence::write& into, const model_device& device);
  persistence::mutation token_mutation(persistence::write& into, const model_device& device);

  // directory_script.cpp
  persistence::mutation directory_mutation(persistence::write& into, const model& known,
                                           timestamp now);
  persistence::mutation user_mutation(persistence::write& into, const model& known);
  persistence::mutation tenant_mutation(persistence::write& into, const model& known);
  persistence::mutation customer_mutation(persistence::write& into, const model& known);
  persistence::mutation profile_mutation(persistence::write& into, const model& known);
  persistence::mutation package_mutation(persistence::write& into, const model& known);
  persistence::mutation rule_chain_mutation(persistence::write& into, const model& known,
                                            timestamp now);
  /// Sometimes as a change of the root: the one that was it gives it up before.
  void give_root(rule_chain& to, const std::optional<rule_chain>& old, persistence::write& into,
                 const model& known);
  persistence::mutation relation_mutation(persistence::write& into, const model& known);
  persistence::mutation entity_attribute_mutation(persistence::write& into, const model& known,
                                                  timestamp now);
  persistence::mutation audit_mutation(const model& known, timestamp now);
  persistence::mutation rule_event_mutation(timestamp now);
  persistence::mutation job_mutation(const model& known, timestamp now);
  void assign(std::optional<package_id>& firmware, std::optional<package_id>& software);

  device_info info(const device_id& id, timestamp now);
  value any_value();
  timestamp any_time(timestamp now);

  const world& where_;
  tape& choices_;
  std::uint64_t arrivals_ = 0;
  std::uint32_t events_ = 0;
};

} // namespace muster::test
