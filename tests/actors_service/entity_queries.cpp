#include "tests/actors_service/directory_fixture.hpp"

namespace muster {

namespace {

template <class T>
std::size_t total(const reply& what) {
  return std::get<page<T>>(what).total;
}

/// A tenant with a customer, its user and a device of each.
class fleet : public directory_fixture {
public:
  fleet() {
    auto one = request("", "own");
    own = done_as<device_info>(one);
    one.info.name = "given";
    one.info.customer = client.id;
    given = done_as<device_info>(one);
    client_user = of_customer(reader);
    other = foreign();
  }

  customer client = made_customer("Customer");
  user reader = made_user("reader@b.c", client.id);
  device_info own;
  device_info given;
  caller client_user;
  caller other;
};

} // namespace

TEST_CASE("everybody lists the devices that are his") {
  fleet at;
  list_devices what;
  what.who = at.who;
  CHECK(total<device_info>(at.ask(what)) == 2);
  what.profile = at.standard.id;
  CHECK(total<device_info>(at.ask(what)) == 2);
  what.customer = at.client.id;
  CHECK(total<device_info>(at.ask(what)) == 1);
  what.active = true;
  CHECK(total<device_info>(at.ask(what)) == 0);
  what.active = false;
  CHECK(total<device_info>(at.ask(what)) == 1);
  what.who = at.other;
  CHECK(code_of(at.ask(what)) == error_code::forbidden);
  what.customer = customer_id{random_uuid()};
  CHECK(code_of(at.ask(what)) == error_code::not_found);
  what = {};
  what.who = at.other;
  what.profile = at.standard.id;
  CHECK(total<device_info>(at.ask(what)) == 0);
  what = {};
  what.who = at.client_user;
  CHECK(total<device_info>(at.ask(what)) == 1);
  what.who = at.system();
  CHECK(code_of(at.ask(what)) == error_code::forbidden);
}

TEST_CASE("activity is told of visible devices only") {
  fleet at;
  for (const auto& device : {at.own.id, at.given.id}) {
    persistence::write due;
    due.device = device;
    due.shard = shard_of(device);
    due.epoch = persistence::first_epoch;
    due.mutations = {persistence::put_due{persistence::due_kind::inactivity, 5, std::nullopt}};
    at.store->commit({&due, 1});
  }
  get_activity what{at.who, {at.own.id, at.given.id, device_id{random_uuid()}}};
  CHECK(std::get<std::vector<bool>>(at.ask(what)) == std::vector<bool>{true, true, false});
  what.who = at.client_user;
  CHECK(std::get<std::vector<bool>>(at.ask(what)) == std::vector<bool>{false, true, false});
}

TEST_CASE("users are seen by those above them and by themselves") {
  fleet at;
  CHECK(std::get<user>(at.ask(get_visible_user{at.who, at.reader.id})) == at.reader);
  CHECK(std::get<user>(at.ask(get_visible_user{at.client_user, at.reader.id})) == at.reader);
  CHECK(std::holds_alternative<user>(at.ask(get_visible_user{at.system(), at.administrator.id})));
  CHECK(code_of(at.ask(get_visible_user{at.system(), at.reader.id})) == error_code::forbidden);
  CHECK(code_of(at.ask(get_visible_user{at.other, at.reader.id})) == error_code::forbidden);
  CHECK(code_of(at.ask(get_visible_user{at.client_user, at.administrator.id})) ==
        error_code::forbidden);
  CHECK(code_of(at.ask(get_visible_user{at.who, user_id{random_uuid()}})) == error_code::not_found);
}

TEST_CASE("users are listed by tenant and by customer") {
  fleet at;
  list_users what;
  what.who = at.who;
  CHECK(total<user>(at.ask(what)) == 2);
  what.customer = at.client.id;
  CHECK(total<user>(at.ask(what)) == 1);
  what.customer = customer_id{random_uuid()};
  CHECK(code_of(at.ask(what)) == error_code::not_found);
  what = {};
  what.who = at.who;
  what.tenant = at.tenant;
  CHECK(total<user>(at.ask(what)) == 1);
  what.who = at.system();
  CHECK(total<user>(at.ask(what)) == 1);
  what.tenant = tenant_id{random_uuid()};
  CHECK(code_of(at.ask(what)) == error_code::not_found);
  what.tenant.reset();
  CHECK(total<user>(at.ask(what)) == 1);
  what.customer = at.client.id;
  CHECK(code_of(at.ask(what)) == error_code::forbidden);
  what.who = at.other;
  CHECK(code_of(at.ask(what)) == error_code::forbidden);
  what = {};
  what.who = at.client_user;
  CHECK(total<user>(at.ask(what)) == 1);
  what.tenant = at.tenant;
  CHECK(code_of(at.ask(what)) == error_code::forbidden);
}

TEST_CASE("tenants and customers are seen by those they concern") {
  fleet at;
  CHECK(std::holds_alternative<tenant>(at.ask(get_tenant{at.system(), at.tenant})));
  CHECK(std::holds_alternative<tenant>(at.ask(get_tenant{at.client_user, at.tenant})));
  CHECK(code_of(at.ask(get_tenant{at.other, at.tenant})) == error_code::forbidden);
  CHECK(total<tenant>(at.ask(list_tenants{at.system(), {}})) == 2);
  CHECK(code_of(at.ask(list_tenants{at.who, {}})) == error_code::forbidden);
  CHECK(std::get<customer>(at.ask(get_customer{at.who, at.client.id})) == at.client);
  CHECK(std::get<customer>(at.ask(get_customer{at.client_user, at.client.id})) == at.client);
  CHECK(code_of(at.ask(get_customer{at.other, at.client.id})) == error_code::forbidden);
  CHECK(total<customer>(at.ask(list_customers{at.who, {}})) == 1);
  CHECK(code_of(at.ask(list_customers{at.client_user, {}})) == error_code::forbidden);
  CHECK(std::get<customer>(at.ask(find_customer_by_title{at.who, "Customer"})) == at.client);
  CHECK(code_of(at.ask(find_customer_by_title{at.other, "Customer"})) == error_code::not_found);
  CHECK(code_of(at.ask(find_customer_by_title{at.client_user, "Customer"})) ==
        error_code::forbidden);
}

TEST_CASE("profiles and packages are their tenant's") {
  fleet at;
  const auto package = at.made_package("firmware");
  CHECK(std::get<device_profile>(at.ask(get_default_profile{at.client_user})) == at.standard);
  CHECK(code_of(at.ask(get_default_profile{at.system()})) == error_code::forbidden);
  CHECK(code_of(at.ask(get_profile{at.other, at.standard.id})) == error_code::forbidden);
  list_profiles profiles{at.who, transport_type::mqtt, {}};
  CHECK(total<device_profile>(at.ask(profiles)) == 0);
  profiles.transport.reset();
  CHECK(total<device_profile>(at.ask(profiles)) == 1);
  profiles.who = at.system();
  CHECK(code_of(at.ask(profiles)) == error_code::forbidden);
  CHECK(std::get<package_info>(at.ask(get_package{at.who, package.id})) == package);
  CHECK(code_of(at.ask(get_package{at.other, package.id})) == error_code::forbidden);
  at.made_package("empty", package_type::firmware, false);
  list_packages packages{at.who, std::nullopt, package_type::firmware, true, {}};
  CHECK(total<package_info>(at.ask(packages)) == 1);
  packages.with_content = false;
  CHECK(total<package_info>(at.ask(packages)) == 2);
  packages.who = at.other;
  CHECK(total<package_info>(at.ask(packages)) == 0);
  packages.who = at.system();
  CHECK(code_of(at.ask(packages)) == error_code::forbidden);
}

TEST_CASE("the audit log is read by administrators, each his own") {
  fleet at;
  list_audit what;
  what.who = at.who;
  what.end = at.clock.now().wall + 1;
  const auto own = total<audit_entry>(at.ask(what));
  CHECK(own == 4);
  what.entity = std::pair(entity_type::device, at.own.id.value);
  CHECK(total<audit_entry>(at.ask(what)) == 1);
  what.entity.reset();
  what.user = user_id{random_uuid()};
  CHECK(total<audit_entry>(at.ask(what)) == 0);
  what.user.reset();
  what.who = at.system();
  CHECK(total<audit_entry>(at.ask(what)) == own + 1);
  what.who = at.other;
  CHECK(total<audit_entry>(at.ask(what)) == 0);
  what.who = at.client_user;
  CHECK(code_of(at.ask(what)) == error_code::forbidden);
}

} // namespace muster
