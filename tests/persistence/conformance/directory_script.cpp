#include "tests/persistence/conformance/script.hpp"

namespace muster::test {

using namespace persistence;

namespace {

/// Creates the entity or changes what is there.
template <class Put, class Table, class Id>
Put put_of(const Table& table, const Id& id) {
  Put put;
  if (const auto found = table.find(id); found != table.end()) {
    put.old = found->second;
    put.now = found->second;
    ++put.now.version;
  } else {
    put.now.id = id;
  }
  return put;
}

} // namespace

void script::assign(std::optional<package_id>& firmware, std::optional<package_id>& software) {
  firmware = choices_.coin() ? std::optional(choices_.one_of(where_.packages)) : std::nullopt;
  software = choices_.pick(4) == 3 ? std::optional(choices_.one_of(where_.packages)) : std::nullopt;
}

mutation script::directory_mutation(write& into, const model& known, timestamp now) {
  switch (choices_.pick(15)) {
  case 0:
    return user_mutation(into, known);
  case 1:
    return tenant_mutation(into, known);
  case 2:
    return customer_mutation(into, known);
  case 3:
    return profile_mutation(into, known);
  case 4:
    return put_revocation{choices_.one_of(where_.users).value, now, now + choices_.pick(1'000'000)};
  case 5:
    return package_mutation(into, known);
  case 6:
    return audit_mutation(known, now);
  case 7:
    return job_mutation(known, now);
  case 8:
  case 9:
    return rule_chain_mutation(into, known, now);
  case 10:
  case 11:
    return relation_mutation(into, known);
  case 12:
    return entity_attribute_mutation(into, known, now);
  case 13:
    return rule_event_mutation(now);
  default: {
    const put_setting put{choices_.one_of(where_.names), choices_.one_of(where_.tokens)};
    if (choices_.coin()) {
      into.preconditions.push_back({setting_free{put.name}, refusal()});
    }
    return put;
  }
  }
}

mutation script::user_mutation(write& into, const model& known) {
  auto put = put_of<put_user>(known.users, choices_.one_of(where_.users));
  if (put.old && choices_.pick(4) == 3) {
    return erase_user{*put.old};
  }
  put.now.email = choices_.one_of(where_.emails);
  put.now.role = static_cast<authority>(choices_.pick(3));
  put.now.activation_token =
      choices_.coin() ? std::optional(choices_.one_of(where_.keys)) : std::nullopt;
  if (choices_.coin()) {
    put.now.tenant = choices_.one_of(where_.tenants);
    put.now.customer = choices_.one_of(where_.customers);
  }
  if (!put.old || lower(put.old->email) != lower(put.now.email)) {
    into.preconditions.push_back({email_free{put.now.email}, refusal()});
  }
  if (put.now.activation_token &&
      (!put.old || put.old->activation_token != put.now.activation_token)) {
    into.preconditions.push_back({activation_free{*put.now.activation_token}, refusal()});
  }
  if (put.old) {
    into.preconditions.push_back({user_is{put.now.id, choices_.pick(3)}, refusal()});
  }
  return put;
}

mutation script::tenant_mutation(write& into, const model& known) {
  auto put = put_of<put_tenant>(known.tenants, choices_.one_of(where_.tenants));
  if (put.old && choices_.pick(4) == 3) {
    into.preconditions.push_back({tenant_is{put.now.id, choices_.pick(3)}, refusal()});
    return erase_tenant{*put.old};
  }
  put.now.title = choices_.one_of(where_.names);
  if (!put.old || put.old->title != put.now.title) {
    into.preconditions.push_back({tenant_title_free{put.now.title}, refusal()});
  }
  return put;
}

mutation script::customer_mutation(write& into, const model& known) {
  auto put = put_of<put_customer>(known.customers, choices_.one_of(where_.customers));
  if (put.old && choices_.pick(4) == 3) {
    into.preconditions.push_back({customer_is{put.now.id, choices_.pick(3)}, refusal()});
    return erase_customer{*put.old};
  }
  put.now.tenant = choices_.one_of(where_.tenants);
  put.now.title = choices_.one_of(where_.names);
  put.now.contact.city = choices_.one_of(where_.names);
  if (!put.old || put.old->tenant != put.now.tenant || put.old->title != put.now.title) {
    into.preconditions.push_back({customer_title_free{put.now.tenant, put.now.title}, refusal()});
  }
  return put;
}

mutation script::profile_mutation(write& into, const model& known) {
  auto put = put_of<put_profile>(known.profiles, choices_.one_of(where_.profiles));
  put.now.tenant = where_.tenants[put.now.id.value.bytes[15] % 2];
  if (put.old && choices_.pick(4) == 3) {
    // Devices of the script may be of a profile of another tenant, which none counts for.
    for (const auto& tenant : where_.tenants) {
      into.preconditions.push_back({profile_unused{tenant, put.now.id}, refusal()});
    }
    return erase_profile{*put.old};
  }
  put.now.name = choices_.one_of(where_.names);
  put.now.is_default = choices_.coin();
  put.now.provision_key =
      choices_.coin() ? std::optional(choices_.one_of(where_.keys)) : std::nullopt;
  put.now.transport = static_cast<transport_type>(choices_.pick(2));
  assign(put.now.firmware, put.now.software);
  put.now.default_rule_chain =
      choices_.coin() ? std::optional(choices_.one_of(where_.rule_chains)) : std::nullopt;
  if (!put.old || put.old->name != put.now.name) {
    into.preconditions.push_back({profile_name_free{put.now.tenant, put.now.name}, refusal()});
  }
  if (put.now.provision_key && (!put.old || put.old->provision_key != put.now.provision_key)) {
    into.preconditions.push_back({provision_key_free{*put.now.provision_key}, refusal()});
  }
  if (put.old && choices_.coin()) {
    into.preconditions.push_back({profile_is{put.now.id, choices_.pick(3)}, refusal()});
  }
  return put;
}

mutation script::package_mutation(write& into, const model& known) {
  auto put = put_of<put_package>(known.packages, choices_.one_of(where_.packages));
  if (put.old && choices_.coin()) {
    into.preconditions.push_back({package_unused{put.now.id}, refusal()});
    return erase_package{*put.old};
  }
  put.now.tenant = choices_.one_of(where_.tenants);
  put.now.title = choices_.one_of(where_.names);
  put.now.release = choices_.one_of(where_.names);
  put.now.type = static_cast<package_type>(choices_.pick(2));
  put.now.profile =
      choices_.coin() ? std::optional(choices_.one_of(where_.profiles)) : std::nullopt;
  put.now.content.reset();
  if (choices_.coin()) {
    put.now.content.emplace().fill(static_cast<std::uint8_t>(choices_.pick(2)));
  }
  const bool renamed = !put.old || put.old->tenant != put.now.tenant ||
                       put.old->title != put.now.title || put.old->release != put.now.release;
  if (renamed) {
    into.preconditions.push_back(
        {package_name_free{put.now.tenant, put.now.title, put.now.release}, refusal()});
  } else {
    into.preconditions.push_back({package_is{put.now.id, choices_.pick(3)}, refusal()});
  }
  return put;
}

void script::give_root(rule_chain& to, const std::optional<rule_chain>& old, write& into,
                       const model& known) {
  const auto present = known.root_chain(to.tenant);
  if (present && present->id != to.id && choices_.coin()) {
    put_rule_chain former{present, *present};
    former.now.root = false;
    ++former.now.version;
    into.preconditions.push_back({rule_chain_is{present->id, present->version}, refusal()});
    into.mutations.push_back(former);
  } else if (!old || !old->root) {
    into.preconditions.push_back({root_chain_free{to.tenant}, refusal()});
  }
  to.root = true;
}

mutation script::rule_chain_mutation(write& into, const model& known, timestamp now) {
  auto put = put_of<put_rule_chain>(known.rule_chains, choices_.one_of(where_.rule_chains));
  if (put.old && choices_.pick(4) == 3) {
    into.preconditions.push_back({rule_chain_unused{put.now.id}, refusal()});
    return erase_rule_chain{*put.old};
  }
  if (put.old) {
    into.preconditions.push_back({rule_chain_is{put.now.id, choices_.pick(3)}, refusal()});
  } else {
    put.now.created = now - choices_.pick(3);
    put.now.tenant = choices_.one_of(where_.tenants);
  }
  put.now.name = choices_.one_of(where_.names);
  put.now.root = false;
  if (choices_.coin()) {
    give_root(put.now, put.old, into, known);
  }
  put.now.nodes.resize(choices_.pick(3));
  put.now.connections.clear();
  for (auto& node : put.now.nodes) {
    node.id = {choices_.one_of(where_.jobs)};
    node.name = choices_.one_of(where_.names);
    node.configuration = {choices_.coin() ? R"({"jsScript":"return \"{\";"})" : "null"};
  }
  if (put.now.nodes.size() == 2) {
    put.now.connections = {{0, 1, choices_.one_of(where_.names)}};
  }
  put.now.first_node = put.now.nodes.empty() ? std::nullopt : std::optional<std::uint32_t>(0);
  return put;
}

namespace {

precondition is_there(const entity_ref& entity, const error& refusal) {
  switch (entity.kind) {
  case entity_type::tenant:
    return {tenant_is{{entity.id}, 0}, refusal};
  case entity_type::customer:
    return {customer_is{{entity.id}, 0}, refusal};
  default:
    return {device_is{{entity.id}}, refusal};
  }
}

} // namespace

mutation script::relation_mutation(write& into, const model& known) {
  if (!known.relations.empty() && choices_.pick(3) == 2) {
    const auto& gone = choices_.one_of(known.relations);
    return erase_relation{gone.from, gone.to, gone.type};
  }
  const auto entities = where_.entities();
  put_relation put{{choices_.one_of(entities),
                    choices_.one_of(entities),
                    choices_.one_of(where_.names),
                    {choices_.coin() ? "null" : R"({"a":1})"}}};
  into.preconditions.push_back(is_there(put.now.from, refusal()));
  into.preconditions.push_back(is_there(put.now.to, refusal()));
  return put;
}

mutation script::entity_attribute_mutation(write& into, const model& known, timestamp now) {
  if (!known.entity_attributes.empty() && choices_.pick(3) == 2) {
    const auto& gone = choices_.one_of(known.entity_attributes);
    return erase_entity_attribute{gone.first, gone.second.key};
  }
  auto entities = where_.entities();
  std::erase_if(entities, [](const entity_ref& e) { return e.kind == entity_type::device; });
  put_entity_attribute put{choices_.one_of(entities),
                           {choices_.one_of(where_.names), now, any_value()}};
  into.preconditions.push_back(is_there(put.entity, refusal()));
  return put;
}

mutation script::audit_mutation(const model& known, timestamp now) {
  put_audit put;
  put.entry.id = choices_.one_of(where_.audits);
  // An entry is never changed.
  if (const auto found = known.audit.find(put.entry.id); found != known.audit.end()) {
    put.entry = found->second;
    return put;
  }
  put.entry.created = any_time(now);
  if (choices_.pick(3) != 2) {
    put.entry.tenant = choices_.one_of(where_.tenants);
  }
  put.entry.kind = static_cast<entity_type>(choices_.pick(2));
  put.entry.entity_name = choices_.one_of(where_.names);
  put.entry.action = static_cast<audit_action>(choices_.pick(audit_actions));
  if (choices_.coin()) {
    put.entry.user = choices_.one_of(where_.users);
  }
  return put;
}

mutation script::rule_event_mutation(timestamp now) {
  if (choices_.pick(4) == 3) {
    const timestamp start = any_time(now);
    return erase_rule_events{choices_.one_of(where_.rule_nodes), start,
                             start + choices_.pick(1'000'000)};
  }
  put_rule_event put;
  auto& event = put.event;
  // An event is always a new one.
  event.id.bytes.fill(static_cast<std::uint8_t>(choices_.pick(256)));
  event.id.bytes[0] = static_cast<std::uint8_t>(choices_.pick(256));
  event.id.bytes[1] = static_cast<std::uint8_t>(++events_);
  event.id.bytes[2] = static_cast<std::uint8_t>(events_ >> 8);
  event.created = any_time(now);
  event.tenant = choices_.one_of(where_.tenants);
  event.node = choices_.one_of(where_.rule_nodes);
  event.kind = static_cast<rule_event_kind>(choices_.pick(2));
  event.originator = choices_.one_of(where_.entities());
  event.message = choices_.one_of(where_.jobs);
  event.message_type = choices_.one_of(where_.types);
  event.relation = choices_.one_of(where_.keys);
  event.data = choices_.one_of(where_.names);
  event.metadata = choices_.one_of(where_.names);
  event.failure = choices_.coin() ? choices_.one_of(where_.keys) : std::string();
  return put;
}

mutation script::job_mutation(const model& known, timestamp now) {
  const uuid id = choices_.one_of(where_.jobs);
  if (known.jobs.contains(id) && choices_.coin()) {
    return erase_job{id};
  }
  put_job put;
  put.now.id = id;
  put.now.created = now - choices_.pick(3);
  put.now.kind = static_cast<job_kind>(choices_.pick(4));
  put.now.done = choices_.pick(1'000);
  if (choices_.coin()) {
    put.now.after = device_position{any_time(now), choices_.one_of(where_.devices)};
  }
  return put;
}

} // namespace muster::test
