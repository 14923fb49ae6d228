#include "actors/device/device_state.hpp"
#include "actors/rules/engine/rule_chains.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>

namespace muster {

namespace {

using json = nlohmann::ordered_json;

constexpr std::size_t shown_work = 100;

json shown(const alarm& one) {
  return {{"id", to_string(one.id)},
          {"type", one.type},
          {"severity", severity_name(one.severity)},
          {"acknowledged", one.acknowledged},
          {"start", one.start},
          {"end", one.end}};
}

/// By names, as far as the chain is known.
void name_node(const node_place& at, const rule_chains* chains, json& to) {
  const ready_chain* chain = chains != nullptr ? chains->find(at.chain) : nullptr;
  if (at == node_place{}) {
    return;
  }
  to["chain"] = chain != nullptr ? chain->name : to_string(at.chain);
  if (at.node == rule_node_id{}) {
    return;
  }
  to["ruleNode"] = to_string(at.node);
  if (chain != nullptr) {
    const auto found = std::find_if(chain->nodes.begin(), chain->nodes.end(),
                                    [&](const ready_node& one) { return one.id == at.node; });
    if (found != chain->nodes.end()) {
      to["ruleNode"] = found->name;
    }
  }
}

json shown(const outbox::listed& one, const rule_chains* chains, instant now) {
  const chain_place& place = one.what->place;
  json out{{"number", one.number}, {"work", work_name(one.what->what)}};
  name_node(place.at, chains, out);
  out["message"] = place.message.type;
  if (place.message.ts != 0) {
    // The first one of a generator is of no time.
    out["age"] = now.wall - place.message.ts;
  }
  out["state"] = one.under_way ? "under way" : one.until ? "waits for its time" : "waits";
  out["until"] = one.until && *one.until != INT64_MAX ? json(*one.until) : json();
  out["failures"] = one.failures;
  return out;
}

} // namespace

void device_state::describe_work(instant now, json& to) const {
  json alarms = json::array();
  if (alarms_) {
    for (const auto& one : alarms_->all()) {
      alarms.push_back(shown(one));
    }
  }
  to["alarms"] = std::move(alarms);
  const auto rules = rules_ != nullptr ? rules_->get() : nullptr;
  json work = json::array();
  if (outbox_) {
    for (const auto& one : outbox_->list(shown_work)) {
      work.push_back(shown(one, rules ? rules->chains.get() : nullptr, now));
    }
  }
  to["outbox"] = std::move(work);
  to["outboxLength"] = outbox_ ? outbox_->size() : 0;
}

} // namespace muster
