#include "tests/actors_service/directory_fixture.hpp"

namespace muster {

TEST_CASE("a tenant is made with its default profile and root chain") {
  directory_fixture at;
  save_tenant what{at.system(), {}, std::nullopt};
  CHECK(at.refused(what).message == "Tenant title should be specified!");
  what.tenant.title = "Tenant";
  CHECK(at.refused(what).message == "Tenant with such title already exists!");
  what.tenant.title = "Second";
  const auto made = at.done_as<tenant>(what);
  CHECK(made.version == 1);
  const auto profile = at.store->find_default_profile(made.id).value();
  REQUIRE(profile);
  CHECK(profile->name == "default");
  const auto chain = at.store->find_root_rule_chain(made.id).value();
  REQUIRE(chain);
  CHECK(chain->name == "Root Rule Chain");
  CHECK(chain->nodes.size() == 6);
  what.tenant = made;
  what.tenant.limits.device_messages = "20:1";
  what.expected_version = 1;
  CHECK(at.done_as<tenant>(what).limits.device_messages == "20:1");
  CHECK(code_of(at.apply(what)) == error_code::version_conflict);
  what.tenant.id = tenant_id{random_uuid()};
  CHECK(code_of(at.apply(what)) == error_code::not_found);
  what.who = at.who;
  CHECK(code_of(at.apply(what)) == error_code::forbidden);
}

TEST_CASE("a deleted tenant's users are gone at once, the rest is a job's") {
  directory_fixture at;
  const auto client = at.made_customer("Customer");
  const auto reader = at.made_user("reader@b.c", client.id);
  const timestamp now = at.clock.now().wall;
  CHECK(code_of(at.apply(delete_tenant{at.who, at.tenant})) == error_code::forbidden);
  at.done_as<done>(delete_tenant{at.system(), at.tenant});
  CHECK_FALSE(at.store->read_tenant(at.tenant).value());
  CHECK_FALSE(at.store->read_user(at.administrator.id).value());
  CHECK_FALSE(at.store->read_user(reader.id).value());
  CHECK_FALSE(at.revoked.valid(at.administrator.id.value, now));
  CHECK_FALSE(at.revoked.valid(reader.id.value, now));
  const auto jobs = at.store->read_jobs().value();
  REQUIRE(jobs.size() == 1);
  CHECK(jobs[0].kind == job_kind::remove_tenant);
  CHECK(jobs[0].tenant == at.tenant);
  CHECK(code_of(at.apply(delete_tenant{at.system(), at.tenant})) == error_code::not_found);
  // Whoever still holds a right of the tenant makes nothing in it any more.
  CHECK(code_of(at.apply(at.request(""))) == error_code::not_found);
  save_customer late{at.who, {}, std::nullopt};
  late.customer.title = "late";
  CHECK(code_of(at.apply(late)) == error_code::not_found);
  save_profile profile{at.who, {}, std::nullopt};
  profile.profile.name = "late";
  CHECK(code_of(at.apply(profile)) == error_code::not_found);
}

TEST_CASE("a customer is made and changed by its tenant's administrator") {
  directory_fixture at;
  const auto made = at.made_customer("Customer");
  CHECK(made.tenant == at.tenant);
  save_customer what{at.who, {}, std::nullopt};
  CHECK(at.refused(what).message == "Customer title should be specified!");
  what.customer.title = "Customer";
  CHECK(at.refused(what).message == "Customer with such title already exists!");
  what.customer.title = "Public";
  CHECK(at.refused(what).message == "'Public' title for customer is system reserved!");
  what.customer = made;
  what.customer.contact.city = "Bern";
  what.customer.is_public = true;
  what.expected_version = 1;
  const auto changed = at.done_as<customer>(what);
  CHECK(changed.contact.city == "Bern");
  CHECK_FALSE(changed.is_public);
  CHECK(code_of(at.apply(what)) == error_code::version_conflict);
  what.who = at.foreign();
  CHECK(code_of(at.apply(what)) == error_code::not_found);
  what.who = at.system();
  CHECK(code_of(at.apply(what)) == error_code::forbidden);
}

TEST_CASE("a deleted customer's users are gone, its devices a job gives back") {
  directory_fixture at;
  const auto made = at.made_customer("Customer");
  const auto reader = at.made_user("reader@b.c", made.id);
  const timestamp now = at.clock.now().wall;
  CHECK(code_of(at.apply(delete_customer{at.foreign(), made.id})) == error_code::not_found);
  at.done_as<done>(delete_customer{at.who, made.id});
  CHECK_FALSE(at.store->read_customer(made.id).value());
  CHECK_FALSE(at.store->read_user(reader.id).value());
  CHECK_FALSE(at.revoked.valid(reader.id.value, now));
  CHECK(at.store->read_user(at.administrator.id).value());
  CHECK(at.revoked.valid(at.administrator.id.value, now));
  const auto jobs = at.store->read_jobs().value();
  REQUIRE(jobs.size() == 1);
  CHECK(jobs[0].kind == job_kind::give_back_devices);
  CHECK(jobs[0].subject == made.id.value);
  CHECK(code_of(at.apply(delete_customer{at.who, made.id})) == error_code::not_found);
}

TEST_CASE("a device is made public by a customer that everybody shares") {
  directory_fixture at;
  const auto device = at.done_as<device_info>(at.request(""));
  const auto everybody = [&] {
    at.sent.reset();
    at.apply(make_device_public{at.who, device.id});
    REQUIRE(at.sent);
    CHECK(at.sent->device == device.id);
    return std::get<assign_device>(at.sent->body).customer.value();
  };
  const auto first = everybody();
  CHECK(first == everybody());
  const auto row = at.store->read_customer(first).value().value();
  CHECK(row.title == "Public");
  CHECK(row.is_public);
  CHECK(code_of(at.apply(make_device_public{at.foreign(), device.id})) == error_code::forbidden);
}

TEST_CASE("a user is made, activated once and changes himself") {
  directory_fixture at;
  const auto client = at.made_customer("Customer");
  const auto made = at.made_user("reader@b.c", client.id);
  CHECK(made.password_hash.empty());
  REQUIRE(made.activation_token);
  CHECK(made.activation_token->size() == 30);
  CHECK(made.tenant == at.tenant);
  CHECK(std::get<user>(at.ask(find_user_by_activation{*made.activation_token})) == made);
  const activate_user activation{*made.activation_token, "hash", "192.0.2.7"};
  const auto active = at.done_as<user>(activation);
  CHECK(active.password_hash == "hash");
  CHECK_FALSE(active.activation_token);
  const auto entries = at.audit(audit_action::activated);
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].user == made.id);
  CHECK(entries[0].address == "192.0.2.7");
  CHECK(code_of(at.apply(activation)) == error_code::not_found);

  save_user what{at.of_customer(active), active, std::nullopt};
  what.user.first_name = "Ann";
  what.user.role = authority::system_administrator;
  what.user.customer.reset();
  what.user.password_hash = "stolen";
  const auto changed = at.done_as<user>(what);
  CHECK(changed.first_name == "Ann");
  // Nothing else of it is his to change.
  CHECK(changed.role == authority::customer_user);
  CHECK(changed.customer == client.id);
  CHECK(changed.password_hash == "hash");
  what.user.email = "READER@b.c";
  CHECK(at.done_as<user>(what).email == "READER@b.c");
}

TEST_CASE("users are refused with the reason") {
  directory_fixture at;
  const auto client = at.made_customer("Customer");
  save_user what{at.who, {}, std::nullopt};
  what.user.role = authority::customer_user;
  CHECK(at.refused(what).message == "User email should be specified!");
  what.user.email = "nobody";
  CHECK(at.refused(what).message == "Invalid email address format 'nobody'!");
  what.user.email = "A@B.C";
  CHECK(at.refused(what).message == "Customer user should be assigned to customer!");
  what.user.customer = customer_id{random_uuid()};
  CHECK(code_of(at.apply(what)) == error_code::not_found);
  what.user.customer = client.id;
  CHECK(at.refused(what).message == "User with email 'A@B.C' already present in database!");
  what.user.email = "reader@b.c";
  what.user.role = authority::system_administrator;
  CHECK(code_of(at.apply(what)) == error_code::forbidden);
  what.who = at.system();
  what.user.role = authority::customer_user;
  CHECK(code_of(at.apply(what)) == error_code::forbidden);
  what.user.role = authority::tenant_administrator;
  CHECK(at.refused(what).message == "Tenant administrator should be assigned to tenant!");
  what.user.tenant = tenant_id{random_uuid()};
  CHECK(code_of(at.apply(what)) == error_code::not_found);
  what.user.tenant = at.tenant;
  const auto second = at.done_as<user>(what);
  CHECK(second.tenant == at.tenant);
  CHECK_FALSE(second.customer);
  what.who = at.of_customer(at.made_user("client@b.c", client.id));
  what.user.email = "third@b.c";
  CHECK(code_of(at.apply(what)) == error_code::forbidden);
  // Another one is not his to change.
  what.user.id = second.id;
  CHECK(code_of(at.apply(what)) == error_code::not_found);
}

TEST_CASE("a deleted user's tokens end") {
  directory_fixture at;
  const auto client = at.made_customer("Customer");
  const auto made = at.made_user("reader@b.c", client.id);
  const timestamp now = at.clock.now().wall;
  CHECK(code_of(at.apply(delete_user{at.of_customer(made), made.id})) == error_code::forbidden);
  CHECK(code_of(at.apply(delete_user{at.foreign(), made.id})) == error_code::not_found);
  // The system administrator looks after tenants, not after their customers.
  CHECK(code_of(at.apply(delete_user{at.system(), made.id})) == error_code::not_found);
  at.done_as<done>(delete_user{at.who, made.id});
  CHECK_FALSE(at.store->read_user(made.id).value());
  CHECK_FALSE(at.revoked.valid(made.id.value, now));
  CHECK(code_of(at.apply(delete_user{at.who, made.id})) == error_code::not_found);
  save_user what{at.system(), {}, std::nullopt};
  what.user.email = "root@b.c";
  what.user.role = authority::system_administrator;
  const auto root = at.done_as<user>(what);
  caller self = at.system();
  self.user = root.id;
  CHECK(code_of(at.apply(delete_user{self, root.id})) == error_code::forbidden);
}

TEST_CASE("log-ins and log-outs are told to the audit log") {
  directory_fixture at;
  at.done_as<done>(note_login{at.who});
  CHECK(at.audit(audit_action::login).size() == 1);
  at.done_as<done>(end_session{random_uuid(), at.clock.now().wall + 5, at.who});
  CHECK(at.audit(audit_action::logout).size() == 1);
}

} // namespace muster
