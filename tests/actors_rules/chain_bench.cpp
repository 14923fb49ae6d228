#include "tests/actors_rules/chain_bench.hpp"

#include "actors/rules/engine/body_values.hpp"

#include <algorithm>
#include <utility>

namespace muster::test {

chain_builder::chain_builder(std::string name) {
  chain.id = rule_chain_id{random_uuid()};
  chain.name = std::move(name);
}

std::uint32_t chain_builder::node(std::string_view short_name, std::string configuration) {
  return named(std::to_string(chain.nodes.size()), short_name, std::move(configuration));
}

std::uint32_t chain_builder::named(std::string name, std::string_view short_name,
                                   std::string configuration) {
  rule_node made;
  made.id = rule_node_id{random_uuid()};
  made.name = std::move(name);
  made.type = "org.thingsboard.rule.engine." + std::string(short_name);
  made.configuration.text = std::move(configuration);
  chain.nodes.push_back(std::move(made));
  if (!chain.first_node) {
    chain.first_node = 0;
  }
  return static_cast<std::uint32_t>(chain.nodes.size() - 1);
}

chain_builder& chain_builder::connect(std::uint32_t from, std::string relation, std::uint32_t to) {
  chain.connections.push_back({from, to, std::move(relation)});
  return *this;
}

rule_chain default_chain() {
  chain_builder made("Root Rule Chain");
  const auto save = made.node("telemetry.TbMsgTimeseriesNode",
                              R"({"defaultTTL":0,"useServerTs":false,)"
                              R"("processingSettings":{"type":"ON_EVERY_MESSAGE"}})");
  const auto attributes =
      made.node("telemetry.TbMsgAttributesNode",
                R"({"processingSettings":{"type":"ON_EVERY_MESSAGE"},"scope":"CLIENT_SCOPE",)"
                R"("notifyDevice":false,"sendAttributesUpdatedNotification":false,)"
                R"("updateAttributesOnlyOnValueChange":true})");
  const auto branch = made.node("filter.TbMsgTypeSwitchNode", R"({"version":0})");
  const auto log_rpc = made.node("action.TbLogNode");
  const auto log_other = made.node("action.TbLogNode");
  const auto call = made.node("rpc.TbSendRPCRequestNode", R"({"timeoutInSeconds":60})");
  made.connect(branch, "Other", log_other)
      .connect(branch, "Post attributes", attributes)
      .connect(branch, "Post telemetry", save)
      .connect(branch, "RPC Request from Device", log_rpc)
      .connect(branch, "RPC Request to Device", call);
  made.chain.first_node = branch;
  made.chain.root = true;
  return made.chain;
}

recording_device::recording_device() {
  info_.id = device_id{random_uuid()};
  info_.name = "thermometer";
  info_.type = "default";
}

const value* recording_device::attribute(attribute_scope scope,
                                         std::string_view key) const noexcept {
  const auto found = attributes.find(std::to_string(static_cast<int>(scope)) + std::string(key));
  return found == attributes.end() ? nullptr : &found->second;
}

const latest_value* recording_device::latest(std::string_view key) const noexcept {
  const auto found = std::find_if(values.begin(), values.end(),
                                  [&](const latest_value& one) { return one.key == key; });
  return found == values.end() ? nullptr : &*found;
}

void recording_device::save(telemetry_entry&& entry, std::int64_t ttl_seconds) {
  done.push_back("telemetry " + std::to_string(entry.ts.value_or(-1)) + " " +
                 body_text(entry.values) + " ttl " + std::to_string(ttl_seconds));
}

void recording_device::save(attribute_scope scope, std::vector<key_value>&& given,
                            bool only_on_change, bool notify) {
  done.push_back("attributes " + std::to_string(static_cast<int>(scope)) + " " + body_text(given) +
                 " change " + (only_on_change ? "1" : "0") + " notify " + (notify ? "1" : "0"));
}

void recording_device::erase(attribute_scope scope, const std::vector<std::string>& keys) {
  std::string line = "erase " + std::to_string(static_cast<int>(scope));
  for (const auto& key : keys) {
    line += " " + key;
  }
  done.push_back(std::move(line));
}

bool recording_device::answer_call(std::string_view request, json_text response) {
  done.push_back("answer " + std::string(request) + " " + response.text);
  return true;
}

result<void> recording_device::send(rpc_request&& request, chain_place&& resumes) {
  if (!takes_rpcs) {
    return fail(error_code::overloaded);
  }
  done.push_back("rpc " + request.method + " " + request.params.text);
  asked.push_back(std::move(resumes));
  return {};
}

result<void> recording_device::later(left_work&& what) {
  if (!takes_work) {
    return fail(error_code::overloaded, "no room");
  }
  left.push_back(std::move(what));
  return {};
}

std::size_t recording_device::waiting(const node_place& at) const {
  return static_cast<std::size_t>(std::count_if(
      left.begin(), left.end(), [&](const left_work& one) { return one.place.at == at; }));
}

const alarm* recording_device::active_alarm(std::string_view type) const noexcept {
  const auto found = std::find_if(alarms.begin(), alarms.end(),
                                  [&](const alarm& one) { return one.type == type; });
  return found == alarms.end() ? nullptr : &*found;
}

const alarm* recording_device::active_alarm(const alarm_id& id) const noexcept {
  const auto found =
      std::find_if(alarms.begin(), alarms.end(), [&](const alarm& one) { return one.id == id; });
  return found == alarms.end() ? nullptr : &*found;
}

result<alarm_outcome> recording_device::raise_alarm(const alarm_demand& demand) {
  using change = alarm_outcome::change;
  const bool created = active_alarm(demand.type) == nullptr;
  if (created) {
    alarms.emplace_back().id = alarm_id{random_uuid()};
    alarms.back().type = demand.type;
    alarms.back().originator = info_.id;
    alarms.back().start = demand.start;
  }
  alarm& one = *const_cast<alarm*>(active_alarm(demand.type));
  const alarm before = one;
  one.severity = demand.severity;
  one.details = demand.details.value_or(one.details);
  one.propagation = demand.propagation.value_or(one.propagation);
  const auto what = created ? change::created : one == before ? change::nothing : change::updated;
  return alarm_outcome{what, one};
}

std::optional<alarm> recording_device::clear_alarm(std::string_view type,
                                                   const std::optional<json_text>& details) {
  const alarm* found = active_alarm(type);
  if (found == nullptr) {
    return std::nullopt;
  }
  alarm cleared = *found;
  cleared.cleared = true;
  cleared.details = details.value_or(cleared.details);
  std::erase_if(alarms, [&](const alarm& one) { return one.id == cleared.id; });
  return cleared;
}

void recording_device::tell(rule_message&& event) {
  told.push_back(std::move(event));
}

rule_message message_of(const rule_device& device, std::string_view type, std::string body) {
  rule_message made;
  made.type = type;
  made.ts = 5;
  made.originator = {entity_type::device, device.info().id.value};
  made.metadata = {{"deviceName", device.info().name}, {"deviceType", device.info().type}};
  made.data = message_data::of_text(std::move(body));
  return made;
}

chain_bench::chain_bench() {
  chains.scripts = &scripts;
}

void chain_bench::add(const rule_chain& chain) {
  chains.chains[chain.id] = make_ready(chain, scripts);
  if (!chains.root) {
    chains.root = chain.id;
  }
}

std::string chain_bench::run(std::string_view type, std::string body) {
  return run(message_of(device, type, std::move(body)));
}

std::string chain_bench::run(rule_message message) {
  chain_run with{chains, device, now};
  with.watch = [this](const node_event& seen) {
    way.push_back(seen.node->name + ">" + std::string(seen.relation));
    if (!seen.why.empty()) {
      failures.push_back(std::string(seen.why));
    }
  };
  return run_chain(*chains.find(*chains.root), std::move(message), with);
}

std::vector<std::pair<std::string, rule_message>>
chain_bench::through(std::string_view short_name, std::string configuration, rule_message message) {
  chain_builder one;
  one.named("node", short_name, std::move(configuration));
  chains.chains.clear();
  chains.root.reset();
  add(one.chain);
  std::vector<std::pair<std::string, rule_message>> left;
  const auto with = watched(left);
  static_cast<void>(run_chain(*chains.find(*chains.root), std::move(message), with));
  return left;
}

std::vector<std::pair<std::string, rule_message>> chain_bench::go_on(left_work what,
                                                                     work_outcome outcome) {
  std::vector<std::pair<std::string, rule_message>> left;
  const auto with = watched(left);
  static_cast<void>(resume_chain(std::move(what.place), std::move(outcome), with));
  return left;
}

chain_run chain_bench::watched(std::vector<std::pair<std::string, rule_message>>& left) {
  chain_run with{chains, device, now};
  with.watch = [this, &left](const node_event& seen) {
    if (!seen.relation.empty()) {
      left.emplace_back(std::string(seen.relation), *seen.message);
    }
    if (!seen.why.empty()) {
      failures.push_back(std::string(seen.why));
    }
  };
  return with;
}

} // namespace muster::test
