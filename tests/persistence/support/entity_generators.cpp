#include "tests/persistence/support/generators.hpp"

namespace muster::test {

using namespace persistence;

namespace {

std::string text() {
  return *rc::gen::arbitrary<std::string>();
}

json_text json() {
  return {text()};
}

bool coin() {
  return *rc::gen::arbitrary<bool>();
}

std::optional<std::string> maybe_text() {
  return coin() ? std::optional(text()) : std::nullopt;
}

template <class Id>
std::optional<Id> maybe_id() {
  return coin() ? std::optional(Id{*any_uuid()}) : std::nullopt;
}

std::optional<uuid> maybe_uuid() {
  return coin() ? std::optional(*any_uuid()) : std::nullopt;
}

template <class Enum>
Enum one_of(int count) {
  return static_cast<Enum>(*rc::gen::inRange(0, count));
}

std::uint64_t number() {
  return *rc::gen::arbitrary<std::uint64_t>();
}

contact any_contact() {
  return {maybe_text(), maybe_text(), maybe_text(), maybe_text(),
          maybe_text(), maybe_text(), maybe_text(), maybe_text()};
}

} // namespace

rc::Gen<user> any_user() {
  return rc::gen::exec([] {
    user row;
    row.id = {*any_uuid()};
    row.created = *any_time();
    row.role = one_of<authority>(3);
    row.tenant = maybe_id<tenant_id>();
    row.customer = maybe_id<customer_id>();
    row.email = text();
    row.first_name = maybe_text();
    row.last_name = maybe_text();
    row.phone = maybe_text();
    row.additional_info = json();
    row.password_hash = text();
    row.activation_token = maybe_text();
    row.tokens_valid_from = *any_time();
    row.version = number();
    return row;
  });
}

rc::Gen<tenant> any_tenant() {
  return rc::gen::exec([] {
    tenant row;
    row.id = {*any_uuid()};
    row.created = *any_time();
    row.title = text();
    row.region = maybe_text();
    row.contact = any_contact();
    row.limits = {text(), text(), text(), text(), text(), text()};
    row.additional_info = json();
    row.version = number();
    return row;
  });
}

rc::Gen<customer> any_customer() {
  return rc::gen::exec([] {
    customer row;
    row.id = {*any_uuid()};
    row.created = *any_time();
    row.tenant = {*any_uuid()};
    row.title = text();
    row.contact = any_contact();
    row.is_public = coin();
    row.additional_info = json();
    row.version = number();
    return row;
  });
}

rc::Gen<device_profile> any_profile() {
  return rc::gen::exec([] {
    device_profile row;
    row.id = {*any_uuid()};
    row.created = *any_time();
    row.tenant = {*any_uuid()};
    row.name = text();
    row.description = maybe_text();
    row.image = maybe_text();
    row.is_default = coin();
    row.transport = one_of<transport_type>(5);
    row.provisioning = one_of<provision_strategy>(4);
    row.provision_key = maybe_text();
    row.provision_secret = maybe_text();
    row.firmware = maybe_id<package_id>();
    row.software = maybe_id<package_id>();
    row.default_rule_chain = maybe_id<rule_chain_id>();
    row.default_edge_rule_chain = maybe_uuid();
    row.default_dashboard = maybe_uuid();
    row.default_queue = maybe_text();
    row.rules = {text(), *any_time(), *any_time(), text(), text()};
    row.profile_data = json();
    row.calculated_fields = json();
    row.version = number();
    return row;
  });
}

rc::Gen<package_info> any_package() {
  return rc::gen::exec([] {
    package_info row;
    row.id = {*any_uuid()};
    row.created = *any_time();
    row.tenant = {*any_uuid()};
    row.profile = maybe_id<profile_id>();
    row.type = one_of<package_type>(2);
    row.title = text();
    row.release = text();
    row.tag = maybe_text();
    row.url = maybe_text();
    row.file_name = maybe_text();
    row.content_type = maybe_text();
    if (coin()) {
      row.algorithm = one_of<checksum_algorithm>(7);
      row.content.emplace().fill(*rc::gen::arbitrary<std::uint8_t>());
    }
    row.checksum = maybe_text();
    row.size = number();
    row.additional_info = json();
    row.version = number();
    return row;
  });
}

rc::Gen<audit_entry> any_audit() {
  return rc::gen::exec([] {
    audit_entry row;
    row.id = *any_uuid();
    row.created = *any_time();
    row.tenant = maybe_id<tenant_id>();
    row.customer = maybe_id<customer_id>();
    row.kind = one_of<entity_type>(entity_types);
    row.entity = *any_uuid();
    row.entity_name = text();
    row.user = maybe_id<user_id>();
    row.user_name = text();
    row.address = text();
    row.action = one_of<audit_action>(audit_actions);
    row.data = json();
    return row;
  });
}

rc::Gen<job> any_job() {
  return rc::gen::exec([] {
    job row;
    row.id = *any_uuid();
    row.created = *any_time();
    row.kind = one_of<job_kind>(4);
    row.tenant = {*any_uuid()};
    row.subject = *any_uuid();
    row.type = one_of<package_type>(2);
    if (coin()) {
      row.after = device_position{*any_time(), {*any_uuid()}};
    }
    row.done = number();
    row.total = number();
    return row;
  });
}

namespace {

rule_node any_node() {
  rule_node node;
  node.id = {*any_uuid()};
  node.created = *any_time();
  node.type = text();
  node.name = text();
  node.configuration_version = *rc::gen::arbitrary<std::uint32_t>();
  node.singleton_mode = coin();
  node.queue_name = text();
  node.configuration = json();
  node.additional_info = json();
  node.debug = {coin(), coin(), *any_time()};
  return node;
}

} // namespace

rc::Gen<rule_chain> any_rule_chain() {
  return rc::gen::exec([] {
    rule_chain row;
    row.id = {*any_uuid()};
    row.created = *any_time();
    row.tenant = {*any_uuid()};
    row.name = text();
    row.root = coin();
    row.debug_mode = coin();
    row.configuration = json();
    row.additional_info = json();
    row.version = number();
    const auto count = *rc::gen::inRange<std::uint32_t>(0, 4);
    for (std::uint32_t i = 0; i < count; ++i) {
      row.nodes.push_back(any_node());
      row.connections.push_back({*rc::gen::inRange<std::uint32_t>(0, count),
                                 *rc::gen::inRange<std::uint32_t>(0, count), text()});
    }
    if (count > 0 && coin()) {
      row.first_node = *rc::gen::inRange<std::uint32_t>(0, count);
    }
    return row;
  });
}

rc::Gen<relation> any_relation() {
  return rc::gen::exec([] {
    return relation{{one_of<entity_type>(entity_types), *any_uuid()},
                    {one_of<entity_type>(entity_types), *any_uuid()},
                    text(),
                    json()};
  });
}

rc::Gen<rule_event> any_rule_event() {
  return rc::gen::exec([] {
    rule_event row;
    row.id = *any_uuid();
    row.created = *any_time();
    row.tenant = {*any_uuid()};
    row.node = {*any_uuid()};
    row.kind = one_of<rule_event_kind>(2);
    row.originator = {one_of<entity_type>(entity_types), *any_uuid()};
    row.message = *any_uuid();
    row.message_type = text();
    row.relation = text();
    row.data = text();
    row.metadata = text();
    row.failure = text();
    return row;
  });
}

rc::Gen<attribute> any_attribute() {
  return rc::gen::exec([] { return attribute{text(), *any_time(), *any_value()}; });
}

rc::Gen<alarm> any_alarm() {
  return rc::gen::exec([] {
    alarm row;
    row.id = {*any_uuid()};
    row.created = *any_time();
    row.tenant = {*any_uuid()};
    row.customer = maybe_id<customer_id>();
    row.originator = {*any_uuid()};
    row.type = text();
    row.severity = one_of<alarm_severity>(5);
    row.acknowledged = coin();
    row.cleared = coin();
    row.assignee = maybe_id<user_id>();
    row.start = *any_time();
    row.end = *any_time();
    row.acknowledged_at = *any_time();
    row.cleared_at = *any_time();
    row.assigned_at = *any_time();
    row.details = json();
    row.propagation = {coin(), coin(), coin(), {text(), text()}};
    row.shown_at = {*any_uuid()};
    row.version = number();
    return row;
  });
}

rc::Gen<alarm_comment> any_alarm_comment() {
  return rc::gen::exec([] {
    return alarm_comment{{*any_uuid()},       *any_time(), {*any_uuid()},
                         maybe_id<user_id>(), coin(),      json()};
  });
}

rc::Gen<token_owner> any_owner() {
  return rc::gen::exec([] {
    return token_owner{
        {*any_uuid()}, *rc::gen::arbitrary<std::uint32_t>(), {*any_uuid()}, {*any_uuid()}};
  });
}

} // namespace muster::test
