#include "persistence/encoding/keys.hpp"
#include "tests/catch.hpp"
#include "tests/persistence/support/generators.hpp"

#include <rapidcheck.h>

namespace muster::test {

using namespace persistence;

TEST_CASE("keys of history run from new to old and read back") {
  CHECK(rc::check([] {
    const auto device = keys::of_device(device_id{*any_uuid()});
    const std::pair a(*any_time(), *rc::gen::arbitrary<std::uint64_t>());
    const std::pair b(*any_time(), *rc::gen::arbitrary<std::uint64_t>());
    const auto key_a = keys::of_history(device, a.first, a.second);
    const auto key_b = keys::of_history(device, b.first, b.second);
    RC_ASSERT((a < b) == (keys::view(key_b) < keys::view(key_a)));
    const auto place = keys::parse_history(keys::view(key_a));
    RC_ASSERT(place.has_value());
    RC_ASSERT((std::pair(place->ts, place->arrival) == a));
  }));
  CHECK_FALSE(keys::parse_history("short"));
}

TEST_CASE("keys of deadlines run from old to new and read back") {
  CHECK(rc::check([] {
    const auto shard = static_cast<shard_id>(*rc::gen::inRange<std::uint16_t>(0, shard_count));
    const std::tuple a(*any_time(), device_id{*any_uuid()}, due_kind::rpc);
    const std::tuple b(*any_time(), device_id{*any_uuid()}, due_kind::inactivity);
    const auto key = [&](const auto& due) {
      return keys::of_due(shard, std::get<0>(due), std::get<1>(due), std::get<2>(due));
    };
    RC_ASSERT((a < b) == (keys::view(key(a)) < keys::view(key(b))));
    const auto bytes = key(b);
    const auto place = keys::parse_due(keys::view(bytes));
    RC_ASSERT(place.has_value());
    RC_ASSERT((std::tuple(place->at, place->device, place->kind) == b));
  }));
  CHECK_FALSE(keys::parse_due("short"));
}

TEST_CASE("listed names have the order of names and read back") {
  CHECK(rc::check([] {
    const keys::owner whose{*any_uuid(), *any_uuid()};
    const auto text = rc::gen::container<std::string>(
        rc::gen::oneOf(rc::gen::element('\0', '\xff', '\1', 'a'), rc::gen::arbitrary<char>()));
    const std::pair a(*text, device_id{*any_uuid()});
    const std::pair b(*text, device_id{*any_uuid()});
    const auto key_a = keys::of_listed_by_name(whose, a.first, a.second);
    const auto key_b = keys::of_listed_by_name(whose, b.first, b.second);
    RC_ASSERT((a < b) == (key_a < key_b));
    const auto name = keys::parse_listed_by_name(key_a);
    RC_ASSERT(name.has_value());
    RC_ASSERT((std::pair(name->lower_name, name->device) == a));
  }));
}

TEST_CASE("keys of a relation lead from one direction to the other") {
  CHECK(rc::check([] {
    const auto one = *any_relation();
    const auto there =
        keys::of_relation(keys::directory_kind::relation, one.from, one.to, one.type);
    const auto back =
        keys::of_relation(keys::directory_kind::relation_to, one.to, one.from, one.type);
    RC_ASSERT(keys::other_direction(there) == back);
    RC_ASSERT(keys::other_direction(back) == there);
    RC_ASSERT(there.starts_with(keys::of_entity(keys::directory_kind::relation, one.from)));
  }));
}

TEST_CASE("the keys after a prefix begin where its own end") {
  CHECK(rc::check([] {
    const auto byte = rc::gen::oneOf(rc::gen::just('\xff'), rc::gen::arbitrary<char>());
    const auto prefix = *rc::gen::container<std::string>(byte);
    const auto rest = *rc::gen::container<std::string>(byte);
    const std::string end = keys::after(prefix);
    RC_ASSERT((end.empty() || prefix + rest < end));
    RC_ASSERT((end.empty() || end.size() <= prefix.size()));
  }));
  CHECK(keys::after("ab") == "ac");
  CHECK(keys::after("a\xff") == "b");
  CHECK(keys::after("\xff\xff").empty());
}

TEST_CASE("rows of a device lie together") {
  const device_id id{uuid{{1, 2, 3}}};
  const auto prefix = keys::of_device(id);
  CHECK(static_cast<shard_id>(static_cast<std::uint8_t>(prefix[0])) == shard_of(id));
  CHECK(keys::view(keys::of_device_row(prefix, keys::device_kind::latest)) ==
        std::string(keys::view(prefix)) + '\5');
  CHECK(keys::view(keys::of_rpc(prefix, keys::device_kind::rpc_open, rpc_id{id.value})).size() ==
        keys::prefix_size + 17);
}

TEST_CASE("audit entries lie newest first") {
  CHECK(rc::check([] {
    const uuid tenant = *any_uuid();
    const timestamp a = *any_time();
    const timestamp b = *any_time();
    const std::string first = keys::of_audit(tenant, a, *any_uuid());
    RC_ASSERT((first < keys::of_audit(tenant, b, *any_uuid()) || a <= b));
    RC_ASSERT(first.starts_with(keys::of_audit_time(tenant, a)));
    RC_ASSERT(keys::parse_audit_time(first) == a);
  }));
  CHECK_FALSE(keys::parse_audit_time("no key"));
}

TEST_CASE("a package's key tells its title from its version") {
  const tenant_id tenant{uuid{{1}}};
  CHECK(keys::of_package_name(tenant, "a", "bc") != keys::of_package_name(tenant, "ab", "c"));
}

TEST_CASE("a token's key does not show the token") {
  const std::string key = keys::of_token("A1_TEST_TOKEN");
  CHECK(key.size() == 17);
  CHECK(key.find("TEST") == std::string::npos);
  CHECK(key == keys::of_token("A1_TEST_TOKEN"));
  CHECK(key != keys::of_token("A1_TEST_TOKEn"));
}

} // namespace muster::test
