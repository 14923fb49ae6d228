#include "tests/actors_device/device_bench.hpp"

using namespace muster;
using namespace muster::test;

namespace {

std::vector<std::string> keys_of(const std::vector<key_value>& values) {
  std::vector<std::string> keys;
  for (const auto& item : values) {
    keys.push_back(item.key);
  }
  return keys;
}

using names = std::vector<std::string>;

} // namespace

TEST_CASE("the first poll waits for later changes and sets the cursor, however it ends") {
  device_bench d;
  d.share("before", true);
  const auto first = d.poll_attributes_for(1, 1'000);
  d.pass(1'000);
  CHECK(is_error(d.answer(first), error_code::poll_timeout));
  d.crash();
  d.share("after", std::int64_t{1});
  const auto second = d.poll_attributes_for(2, 1'000);
  const auto& changes = std::get<attribute_changes>(d.answer(second));
  CHECK(keys_of(changes.set) == names{"after"});
  CHECK(changes.deleted.empty());
}

TEST_CASE("changes are coalesced until an answer was written") {
  device_bench d;
  d.poll_attributes_for(1, 0);
  d.share("a", std::int64_t{1});
  d.share("a", std::int64_t{2});
  d.share("b", true);
  d.share("c", true);
  d.application(delete_attributes{attribute_scope::shared, {"b", "unknown"}});
  const auto lost = d.poll_attributes_for(2, 1'000);
  d.report(2, false);
  d.crash();
  const auto poll = d.poll_attributes_for(3, 1'000);
  CHECK(is<attribute_changes>(d.answer(lost)));
  const auto& changes = std::get<attribute_changes>(d.answer(poll));
  CHECK(changes.set == std::vector<key_value>{{"a", std::int64_t{2}}, {"c", true}});
  CHECK(changes.deleted == names{"b"});
  d.report(3, true);
  d.crash();
  CHECK(is_error(d.answer(d.poll_attributes_for(4, 0)), error_code::poll_timeout));
}

TEST_CASE("a key that was deleted and set again is only set") {
  device_bench d;
  d.share("a", true);
  d.poll_attributes_for(1, 0);
  d.application(delete_attributes{attribute_scope::shared, {"a"}});
  d.share("a", false);
  const auto poll = d.poll_attributes_for(2, 0);
  const auto& changes = std::get<attribute_changes>(d.answer(poll));
  CHECK(keys_of(changes.set) == names{"a"});
  CHECK(changes.deleted.empty());
}

TEST_CASE("saving an equal value is a change; deleting what is not there is none") {
  device_bench d;
  d.share("a", true);
  const auto poll = d.poll_attributes_for(1, 60'000);
  CHECK(is<done>(d.answer(d.application(delete_attributes{attribute_scope::shared, {"nothing"}}))));
  CHECK_FALSE(d.answered(poll));
  d.share("a", true);
  CHECK(keys_of(std::get<attribute_changes>(d.answer(poll)).set) == names{"a"});
}

TEST_CASE("a change answers all parked polls alike, and one written answer is enough") {
  device_bench d;
  const auto one = d.poll_attributes_for(1, 60'000);
  const auto two = d.poll_attributes_for(2, 60'000);
  d.share("a", true);
  CHECK(keys_of(std::get<attribute_changes>(d.answer(one)).set) == names{"a"});
  CHECK(keys_of(std::get<attribute_changes>(d.answer(two)).set) == names{"a"});
  d.report(1, false);
  const auto three = d.poll_attributes_for(3, 60'000);
  CHECK_FALSE(d.answered(three));
  d.report(2, true);
  CHECK_FALSE(d.answered(three));
  d.share("b", true);
  CHECK(keys_of(std::get<attribute_changes>(d.answer(three)).set) == names{"b"});
}

TEST_CASE("when all answers are lost the poll that waited gets the changes") {
  device_bench d;
  d.poll_attributes_for(1, 60'000);
  d.share("a", true);
  const auto second = d.poll_attributes_for(2, 60'000);
  d.share("b", true);
  CHECK_FALSE(d.answered(second));
  d.report(1, false);
  CHECK(keys_of(std::get<attribute_changes>(d.answer(second)).set) == names{"a", "b"});
}

TEST_CASE("client and server attributes wake no poll") {
  device_bench d;
  const auto poll = d.poll_attributes_for(1, 60'000);
  d.device(save_attributes{attribute_scope::client, {{"a", true}}, true});
  d.application(save_attributes{attribute_scope::server, {{"a", true}}});
  CHECK_FALSE(d.answered(poll));
}

TEST_CASE("an equal client attribute keeps its time, and costs no row") {
  device_bench d;
  d.device(save_attributes{attribute_scope::client, {{"a", true}, {"b", true}}, true});
  const auto first = d.clock.at.wall;
  d.clock.advance(1'000);
  d.device(save_attributes{attribute_scope::client, {{"a", true}, {"b", false}}, true});
  const auto read = d.application(read_attributes{attribute_scope::client, {}});
  const auto& found = std::get<std::vector<attribute>>(d.answer(read));
  CHECK(found == std::vector<attribute>{{"a", first, true}, {"b", first + 1'000, false}});
  d.device(save_attributes{attribute_scope::client, {{"a", true}}, true});
  CHECK(d.last_mutations == 0);
}

TEST_CASE("a device reads its client and shared attributes, filtered as asked") {
  device_bench d;
  d.device(save_attributes{attribute_scope::client, {{"a", true}, {"b", 1.5}}, true});
  d.share("s", std::string("x"));
  d.application(save_attributes{attribute_scope::server, {{"hidden", true}}});
  const auto all = d.device(read_device_attributes{names{}, names{}});
  CHECK(keys_of(std::get<device_attributes>(d.answer(all)).client) == names{"a", "b"});
  CHECK(keys_of(std::get<device_attributes>(d.answer(all)).shared) == names{"s"});
  const auto some = d.device(read_device_attributes{names{"b", "hidden"}, std::nullopt});
  CHECK(keys_of(std::get<device_attributes>(d.answer(some)).client) == names{"b"});
  CHECK(std::get<device_attributes>(d.answer(some)).shared.empty());
}

TEST_CASE("an application reads in the order of its keys") {
  device_bench d;
  d.share("x", std::int64_t{1});
  d.application(save_attributes{attribute_scope::server, {{"a", true}, {"x", std::int64_t{2}}}});
  const auto read = d.application(read_attributes{std::nullopt, names{"x", "a", "none", "x"}});
  const auto& found = std::get<std::vector<attribute>>(d.answer(read));
  REQUIRE(found.size() == 3);
  CHECK(found[0].val == value(std::int64_t{1}));
  CHECK(found[1].val == value(std::int64_t{2}));
  CHECK(found[2].key == "a");
}
