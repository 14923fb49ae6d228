#include "actors/rules/engine/chain_work.hpp"
#include "tests/catch.hpp"

#include <rapidcheck.h>

namespace muster::test {

namespace {

node_place any_place() {
  return {{random_uuid()}, {random_uuid()}};
}

chain_work any_work() {
  const auto time = [] { return *rc::gen::arbitrary<timestamp>(); };
  switch (*rc::gen::inRange(0, 12)) {
  case 0:
    return wait_work{time(), *rc::gen::arbitrary<std::string>()};
  case 1:
    return gather_work{time(), time(), time()};
  case 2: {
    http_work made{"POST", *rc::gen::arbitrary<std::string>(), {}, std::nullopt, time(), 5, 6};
    made.headers = {{"A", *rc::gen::arbitrary<std::string>()}, {"A", ""}};
    if (*rc::gen::arbitrary<bool>()) {
      made.body = *rc::gen::arbitrary<std::string>();
    }
    return made;
  }
  case 3:
    return history_work{
        {"a", *rc::gen::arbitrary<std::string>()},         time(), time(),
        static_cast<aggregation>(*rc::gen::inRange(0, 6)), 5,      *rc::gen::arbitrary<bool>()};
  case 4:
    return assign_work{*rc::gen::arbitrary<bool>()
                           ? std::optional(*rc::gen::arbitrary<std::string>())
                           : std::nullopt,
                       *rc::gen::arbitrary<bool>()};
  case 5: {
    entity_work made;
    made.of = static_cast<entity_work::source>(*rc::gen::inRange(0, 4));
    made.kind = entity_type::customer;
    made.name = *rc::gen::arbitrary<std::string>();
    made.query = {*rc::gen::arbitrary<bool>(),
                  *rc::gen::arbitrary<std::uint32_t>(),
                  true,
                  {{"t", {entity_type::tenant}}, {"", {}}},
                  {"d"}};
    made.attributes = {{{"a"}, {}, {*rc::gen::arbitrary<std::string>()}}};
    made.latest = {"l"};
    made.fields = {"f", "g"};
    return made;
  }
  case 6:
    return relation_work{*rc::gen::arbitrary<bool>(), *rc::gen::arbitrary<std::string>(),
                         *rc::gen::arbitrary<bool>()
                             ? std::optional(entity_ref{entity_type::customer, random_uuid()})
                             : std::nullopt};
  case 7:
    return hand_over_work{{random_uuid()}};
  case 8:
    return handed_work{*rc::gen::arbitrary<std::uint64_t>(), time()};
  case 9:
    return attributes_work{{entity_type::tenant, random_uuid()},
                           {{"i", time()},
                            {"d", static_cast<double>(*rc::gen::inRange(0, 99))},
                            {"s", std::string("\"\n")},
                            {"b", *rc::gen::arbitrary<bool>()},
                            {"j", json_text{R"({"b":[1.50],"a":null})"}}},
                           {*rc::gen::arbitrary<std::string>()}};
  case 10:
    return spread_work{{random_uuid()}};
  default:
    return rpc_work{*rc::gen::arbitrary<rpc_number>(), time()};
  }
}

left_work any_left_work() {
  left_work made;
  made.place.at = any_place();
  for (int i = *rc::gen::inRange(0, 3); i > 0; --i) {
    made.place.callers.push_back(any_place());
  }
  auto& message = made.place.message;
  message.type = *rc::gen::arbitrary<std::string>();
  message.ts = *rc::gen::arbitrary<timestamp>();
  message.originator = {static_cast<entity_type>(*rc::gen::inRange(0, 8)), random_uuid()};
  for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
    message.metadata[*rc::gen::arbitrary<std::string>()] = *rc::gen::arbitrary<std::string>();
  }
  message.data = message_data::of_text("{\"a\":" + std::to_string(*rc::gen::inRange(0, 99)) + "}");
  made.what = any_work();
  return made;
}

} // namespace

TEST_CASE("work that was left is read as it was written") {
  CHECK(rc::check([] {
    const left_work left = any_left_work();
    const auto read = decode_left_work(encode(left));
    RC_ASSERT(read.has_value());
    RC_ASSERT((read->place.at == left.place.at));
    RC_ASSERT((read->place.callers == left.place.callers));
    RC_ASSERT(read->place.message.type == left.place.message.type);
    RC_ASSERT(read->place.message.ts == left.place.message.ts);
    RC_ASSERT((read->place.message.originator == left.place.message.originator));
    RC_ASSERT((read->place.message.metadata == left.place.message.metadata));
    RC_ASSERT(read->place.message.data.text() == left.place.message.data.text());
    RC_ASSERT((read->what == left.what));
  }));
}

TEST_CASE("bytes that are no work are refused") {
  CHECK(rc::check([] {
    std::string bytes = encode(any_left_work());
    bytes.resize(static_cast<std::size_t>(*rc::gen::inRange(0, static_cast<int>(bytes.size()))));
    RC_ASSERT_FALSE(decode_left_work(bytes).has_value());
    static_cast<void>(decode_left_work(*rc::gen::arbitrary<std::string>()));
  }));
}

} // namespace muster::test
