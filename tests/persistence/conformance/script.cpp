#include "tests/persistence/conformance/script.hpp"

namespace muster::test {

using namespace persistence;

namespace {

/// Identifiers whose bytes try the ends of keys.
uuid numbered(std::uint8_t kind, std::uint8_t number) {
  uuid id;
  id.bytes.fill(number % 2 == 0 ? 0xff : 0x00);
  id.bytes[0] = kind;
  id.bytes[15] = number;
  return id;
}

template <class Id>
std::vector<Id> some(std::uint8_t kind, std::uint8_t count) {
  std::vector<Id> ids;
  for (std::uint8_t i = 0; i < count; ++i) {
    ids.push_back({numbered(kind, i)});
  }
  return ids;
}

} // namespace

world::world()
    : devices(some<device_id>(1, 5)), tenants(some<tenant_id>(2, 2)),
      customers(some<customer_id>(3, 2)), profiles(some<profile_id>(4, 3)),
      users(some<user_id>(5, 3)), packages(some<package_id>(7, 2)),
      rule_chains(some<rule_chain_id>(10, 3)), rule_nodes(some<rule_node_id>(11, 3)) {
  for (std::uint8_t i = 0; i < 4; ++i) {
    audits.push_back(numbered(8, i));
    jobs.push_back(numbered(9, i % 2));
  }
}

std::vector<entity_ref> world::entities() const {
  std::vector<entity_ref> all;
  for (const auto& id : devices) {
    all.push_back({entity_type::device, id.value});
  }
  for (const auto& id : tenants) {
    all.push_back({entity_type::tenant, id.value});
  }
  for (const auto& id : customers) {
    all.push_back({entity_type::customer, id.value});
  }
  return all;
}

std::vector<rpc_id> world::rpcs_of(const device_id& device) const {
  auto ids = some<rpc_id>(6, 3);
  for (auto& id : ids) {
    id.value.bytes[1] = device.value.bytes[15];
  }
  return ids;
}

std::vector<alarm_id> world::alarms_of(const device_id& device) const {
  auto ids = some<alarm_id>(11, 3);
  for (auto& id : ids) {
    id.value.bytes[1] = device.value.bytes[15];
  }
  return ids;
}

script::step script::next(model& known, timestamp now) {
  step made;
  made.change.epoch = first_epoch;
  model scratch = known;
  if (choices_.pick(5) == 4) {
    made.change.mutations.push_back(directory_mutation(made.change, scratch, now));
  } else {
    device_write(made.change, scratch, now);
  }
  made.expected = known.apply(made.change, now);
  return made;
}

void script::device_write(write& into, model& scratch, timestamp now) {
  const device_id id = choices_.one_of(where_.devices);
  into.device = id;
  into.shard = shard_of(id);
  if (choices_.pick(20) == 19) {
    into.epoch = shard_epoch{7};
  }
  if (!scratch.devices.contains(id) && choices_.pick(4) > 0) {
    create(into, scratch, now);
  }
  const auto count = choices_.pick(4);
  for (std::uint32_t i = 0; i < count; ++i) {
    into.mutations.push_back(scratch.devices.contains(id)
                                 ? device_mutation(into, scratch.devices.at(id), now)
                                 : left_mutation(scratch.left[id]));
    write one;
    one.device = id;
    one.epoch = first_epoch;
    one.mutations.push_back(into.mutations.back());
    scratch.apply(one, now);
  }
}

void script::create(write& into, model& scratch, timestamp now) {
  const put_device device{std::nullopt, info(*into.device, now)};
  put_credentials access;
  access.tenant = device.now.tenant;
  access.profile = device.now.profile;
  access.now.device = *into.device;
  access.now.credentials_id = choices_.one_of(where_.tokens);
  into.preconditions.push_back({device_name_free{device.now.tenant, device.now.name}, refusal()});
  into.preconditions.push_back({credentials_free{access.now.credentials_id}, refusal()});
  into.mutations = {device, access};
  write one = into;
  one.epoch = first_epoch;
  scratch.apply(one, now);
}

device_info script::info(const device_id& id, timestamp now) {
  device_info made;
  made.id = id;
  made.created = any_time(now);
  made.tenant = choices_.one_of(where_.tenants);
  if (choices_.coin()) {
    made.customer = choices_.one_of(where_.customers);
  }
  made.profile = choices_.one_of(where_.profiles);
  made.name = choices_.one_of(where_.names);
  made.type = choices_.one_of(where_.types);
  if (choices_.coin()) {
    made.label = choices_.one_of(where_.names);
  }
  if (choices_.coin()) {
    made.calculated_fields.text = "[1]";
  }
  assign(made.firmware, made.software);
  return made;
}

mutation script::device_mutation(write& into, const model_device& device, timestamp now) {
  const auto& id = device.rows.info.id;
  switch (choices_.pick(16)) {
  case 0:
  case 1:
  case 2:
    return history_mutation(device, now);
  case 3: {
    put_latest latest;
    latest.newest_ts = any_time(now);
    latest.arrival = arrivals_ - std::min<std::uint64_t>(arrivals_, choices_.pick(3));
    latest.values = {{"k", any_time(now), any_value()}, {"l", latest.newest_ts, any_value()}};
    latest.seen = {choices_.coin(), now, 5};
    latest.newest_given = any_time(now);
    return latest;
  }
  case 4: {
    const auto scope = static_cast<attribute_scope>(choices_.pick(3));
    return put_attributes{scope,
                          {{"k", now, arrivals_, any_value()}, {"gone", now, 3, std::nullopt}}};
  }
  case 5:
    return put_counters{choices_.pick(9), arrivals_,
                        choices_.coin() ? std::optional<std::uint64_t>(7) : std::nullopt,
                        choices_.coin() ? std::optional(claim_offer{"secret", now}) : std::nullopt,
                        choices_.coin() ? "[[1,2,3,4]]" : ""};
  case 6:
  case 7:
    return rpc_mutation(id, now);
  case 8:
    return due_mutation(device);
  case 9:
    return info_mutation(into, device);
  case 10:
    return token_mutation(into, device);
  case 11:
  case 12:
    return outbox_mutation();
  case 13:
  case 14:
    return alarm_mutation(into, device, now);
  default: {
    erase_device erased{device.rows.info, device.rows.access, {}};
    for (const auto kind : present_due_kinds) {
      if (const auto& at = due_of(device.rows, kind)) {
        erased.dues.push_back({kind, *at});
      }
    }
    return erased;
  }
  }
}

mutation script::history_mutation(const model_device& device, timestamp now) {
  const timestamp expires = choices_.pick(3) == 2 ? now + choices_.pick(1'000'000) : 0;
  if (choices_.pick(4) == 3 && !device.history.empty()) {
    auto row = device.history.begin();
    std::advance(row, choices_.pick(static_cast<std::uint32_t>(device.history.size())));
    rewrite_history rewrite{row->first.first, row->first.second, {}, expires};
    if (choices_.coin()) {
      rewrite.values = {{"rewritten", any_value()}};
    }
    return rewrite;
  }
  append_history row{any_time(now), ++arrivals_, {{"k", any_value()}}, expires, choices_.coin()};
  if (choices_.coin()) {
    row.values.push_back({"a longer key than fits in a string", any_value()});
  }
  return row;
}

mutation script::rpc_mutation(const device_id& device, timestamp now) {
  const auto ids = where_.rpcs_of(device);
  const auto which = choices_.pick(static_cast<std::uint32_t>(ids.size()));
  if (choices_.pick(5) == 4) {
    return erase_rpc{ids[which]};
  }
  put_rpc rpc;
  rpc.open = choices_.coin();
  rpc.record.id = ids[which];
  rpc.record.number = 10 - which;
  rpc.record.created = any_time(now);
  rpc.record.status = static_cast<rpc_status>(choices_.pick(7));
  rpc.record.request.method.assign(1, 'm');
  if (choices_.coin()) {
    rpc.record.request.retries = 3;
    rpc.record.response = json_text{"{}"};
  }
  return rpc;
}

mutation script::outbox_mutation() {
  const std::uint64_t number = choices_.one_of(where_.outbox_numbers);
  return choices_.pick(3) == 2 ? mutation(erase_outbox{number})
                               : put_outbox{{number, choices_.one_of(where_.names)}};
}

mutation script::left_mutation(const model_device& left) {
  if (choices_.pick(3) > 0) {
    return outbox_mutation();
  }
  const auto& present = left.rows.due_outbox;
  if (present && choices_.coin()) {
    return erase_due{due_kind::outbox, *present};
  }
  return put_due{due_kind::outbox, 1'000 * static_cast<timestamp>(choices_.pick(5)), present};
}

mutation script::due_mutation(const model_device& device) {
  const auto kind = present_due_kinds[choices_.pick(present_due_kinds.size())];
  const auto& present = due_of(device.rows, kind);
  if (present && choices_.coin()) {
    return erase_due{kind, *present};
  }
  return put_due{kind, 1'000 * static_cast<timestamp>(choices_.pick(5)), present};
}

mutation script::info_mutation(write& into, const model_device& device) {
  put_device changed{device.rows.info, device.rows.info};
  ++changed.now.version;
  changed.now.name = choices_.one_of(where_.names);
  changed.now.type = choices_.one_of(where_.types);
  changed.now.profile = choices_.one_of(where_.profiles);
  assign(changed.now.firmware, changed.now.software);
  changed.now.customer =
      choices_.coin() ? std::optional(choices_.one_of(where_.customers)) : std::nullopt;
  if (changed.now.name != changed.old->name) {
    into.preconditions.push_back(
        {device_name_free{changed.now.tenant, changed.now.name}, refusal()});
  }
  return changed;
}

mutation script::token_mutation(write& into, const model_device& device) {
  put_credentials changed{device.rows.access, device.rows.access, device.rows.info.tenant,
                          choices_.one_of(where_.profiles)};
  ++changed.now.version;
  changed.now.credentials_id = choices_.one_of(where_.tokens);
  if (changed.now.credentials_id != changed.old->credentials_id) {
    into.preconditions.push_back({credentials_free{changed.now.credentials_id}, refusal()});
  }
  return changed;
}

value script::any_value() {
  switch (choices_.pick(5)) {
  case 0:
    return choices_.coin();
  case 1:
    return static_cast<std::int64_t>(choices_.pick(1'000'000)) - 500'000;
  case 2:
    return choices_.pick(1'000) / 7.0;
  case 3:
    return choices_.one_of(where_.names);
  default:
    return json_text{"{\"a\":null}"};
  }
}

timestamp script::any_time(timestamp now) {
  switch (choices_.pick(6)) {
  case 0:
    return now;
  case 1:
    return now - choices_.pick(7'200'000);
  case 2:
    return 0;
  case 3:
    return -static_cast<timestamp>(choices_.pick(3));
  case 4:
    return now + choices_.pick(10);
  default:
    return choices_.pick(3);
  }
}

} // namespace muster::test
