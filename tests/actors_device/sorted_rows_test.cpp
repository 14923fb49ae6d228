#include "actors/device/attribute_group.hpp"
#include "tests/actors_device/support.hpp"

#include <rapidcheck.h>

#include <map>

using namespace muster;

TEST_CASE("rows are merged as a map would hold them") {
  CHECK(rc::check([] {
    std::map<std::string, std::int64_t> model;
    attribute_group group;
    const auto messages =
        *rc::gen::container<std::vector<std::vector<std::pair<std::uint8_t, std::int64_t>>>>(
            rc::gen::container<std::vector<std::pair<std::uint8_t, std::int64_t>>>(rc::gen::pair(
                rc::gen::inRange<std::uint8_t>(0, 20), rc::gen::arbitrary<std::int64_t>())));
    for (const auto& message : messages) {
      std::vector<key_value> values;
      for (const auto& [key, val] : message) {
        values.push_back({std::to_string(key), val});
        model[std::to_string(key)] = val;
      }
      group.set(std::move(values), 1, 1, false);
    }
    RC_ASSERT(group.rows().size() == model.size());
    auto expected = model.begin();
    for (const auto& row : group.rows()) {
      RC_ASSERT(row.key == expected->first);
      RC_ASSERT(std::get<std::int64_t>(*row.val) == expected->second);
      ++expected;
    }
  }));
}
