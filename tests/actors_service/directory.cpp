#include "actors/directory/directory.hpp"

#include "persistence/memory/memory_store.hpp"
#include "tests/actors_service/hand_clock.hpp"
#include "tests/catch.hpp"

namespace muster {

namespace {

class deaf final : public persistence::commit_listener {
public:
  void committed(std::span<const persistence::commit_report>) noexcept override {}
};

/// A directory over a store with one tenant, its default profile and its administrator. Commands to
/// devices are kept.
class fixture {
public:
  fixture() {
    administrator.id = user_id{random_uuid()};
    administrator.tenant = tenant;
    administrator.email = "a@b.c";
    who = {administrator.id, authority::tenant_administrator, tenant, std::nullopt};
    persistence::write made;
    made.epoch = persistence::first_epoch;
    made.mutations = {persistence::put_profile{std::nullopt, standard},
                      persistence::put_user{std::nullopt, administrator}};
    store->commit({&made, 1});
  }

  reply apply(change what) {
    auto [handle, ticket] = replies.make();
    changes.carry_out(std::move(what), std::move(handle));
    return ticket.wait();
  }

  /// The command that making a device led to; its reply is what a lost command gets.
  create_device made_device(make_device what) {
    sent.reset();
    apply(std::move(what));
    REQUIRE(sent);
    return std::get<create_device>(sent->body);
  }

  make_device request(std::string type) const {
    make_device what;
    what.who = who;
    what.info.name = "thing";
    what.info.type = std::move(type);
    return what;
  }

  hand_clock clock;
  tenant_id tenant{random_uuid()};
  device_profile standard = default_profile(tenant, 1);
  user administrator;
  caller who;
  std::unique_ptr<persistence::memory_store> store = persistence::make_memory_store(clock);
  revocations revoked;
  std::optional<command> sent;
  blocking_replies replies;
  deaf listener;
  persistence::committer commits{*store, listener, {}};
  directory changes{
      {*store, clock,
       [this](persistence::submission&& what) { return commits.submit(std::move(what)); },
       [this](command what, reply_handle) { sent = std::move(what); }, revoked}};
};

error_code code_of(const reply& what) {
  return std::get<error>(what).code;
}

} // namespace

TEST_CASE("a device without type gets the tenant's default profile and a random token") {
  fixture at;
  const auto made = at.made_device(at.request(""));
  CHECK(made.info.profile == at.standard.id);
  CHECK(made.info.type == "default");
  CHECK(made.info.tenant == at.tenant);
  CHECK(made.info.created == at.clock.now().wall);
  CHECK(made.access.credentials_id.size() == 20);
  CHECK(made.access.device == made.info.id);
  CHECK(at.sent->device == made.info.id);
  CHECK(at.sent->deadline > at.clock.now().steady);
}

TEST_CASE("a type without profile makes one, once") {
  fixture at;
  const auto first = at.made_device(at.request("pump"));
  const auto second = at.made_device(at.request("pump"));
  CHECK(first.info.type == "pump");
  CHECK(first.info.profile == second.info.profile);
  const auto profile = at.store->find_profile_by_name(at.tenant, "pump");
  REQUIRE(*profile);
  CHECK((*profile)->id == first.info.profile);
  CHECK_FALSE((*profile)->is_default);
}

TEST_CASE("a given profile decides the type") {
  fixture at;
  auto what = at.request("ignored");
  what.profile = at.standard.id;
  what.access_token = "token";
  const auto made = at.made_device(what);
  CHECK(made.info.type == "default");
  CHECK(made.access.credentials_id == "token");
  what.profile = profile_id{random_uuid()};
  CHECK(code_of(at.apply(what)) == error_code::not_found);
}

TEST_CASE("only the tenant's administrator makes devices") {
  fixture at;
  auto what = at.request("");
  what.who.role = authority::customer_user;
  CHECK(code_of(at.apply(what)) == error_code::forbidden);
  what.who.role = authority::system_administrator;
  CHECK(code_of(at.apply(what)) == error_code::forbidden);
}

TEST_CASE("profiles of other tenants are not found") {
  fixture at;
  resolve_profile what{at.who, at.standard.id, ""};
  CHECK(std::get<device_profile>(at.apply(what)) == at.standard);
  what.who.tenant = tenant_id{random_uuid()};
  CHECK(code_of(at.apply(what)) == error_code::not_found);
}

TEST_CASE("a new password ends the tokens issued before") {
  fixture at;
  const timestamp now = at.clock.now().wall;
  const auto changed = std::get<user>(at.apply(change_password{at.administrator.id, "hash", 1}));
  CHECK(changed.password_hash == "hash");
  CHECK(changed.version == 2);
  CHECK_FALSE(at.revoked.valid(at.administrator.id.value, now));
  CHECK(at.revoked.valid(at.administrator.id.value, changed.tokens_valid_from));
  // Tokens of the first change are dated to the end of its second at most.
  const auto again = std::get<user>(at.apply(change_password{at.administrator.id, "third", 2}));
  CHECK_FALSE(at.revoked.valid(at.administrator.id.value, changed.tokens_valid_from + 999));
  CHECK(at.revoked.valid(at.administrator.id.value, again.tokens_valid_from));
  CHECK(code_of(at.apply(change_password{at.administrator.id, "other", 1})) ==
        error_code::version_conflict);
  CHECK(code_of(at.apply(change_password{user_id{random_uuid()}, "x", 1})) ==
        error_code::not_found);
}

TEST_CASE("an ended session stays ended until its tokens expire") {
  fixture at;
  const uuid session = random_uuid();
  const timestamp now = at.clock.now().wall;
  CHECK(at.revoked.valid(session, now));
  CHECK(std::holds_alternative<done>(at.apply(end_session{session, now + 1'000})));
  CHECK_FALSE(at.revoked.valid(session, now + 999));
  revocations after_restart;
  after_restart.load(*at.store->read_revocations());
  CHECK_FALSE(after_restart.valid(session, now));
  at.revoked.drop_expired(now + 999);
  CHECK(at.revoked.size() == 1);
  at.revoked.drop_expired(now + 1'000);
  CHECK(at.revoked.size() == 0);
}

TEST_CASE("a failed commit is an error and changes nothing") {
  fixture at;
  at.store->fail_commits(1);
  CHECK(code_of(at.apply(end_session{random_uuid(), 5})) == error_code::storage_unavailable);
  CHECK(at.revoked.size() == 0);
}

} // namespace muster
