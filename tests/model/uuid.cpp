#include "actors/model/uuid.hpp"

#include "tests/catch.hpp"

#include <rapidcheck.h>

#include <set>

using namespace muster;

TEST_CASE("a uuid is read in any case and written in lower case") {
  const auto id = parse_uuid("13814000-1DD2-11b2-8080-808080808080");
  REQUIRE(id);
  CHECK(*id == null_uuid);
  CHECK(to_string(*id) == "13814000-1dd2-11b2-8080-808080808080");
}

TEST_CASE("what is not a uuid is refused") {
  const auto text =
      GENERATE(as<std::string>{}, "", "13814000-1dd2-11b2-8080-80808080808",
               "13814000-1dd2-11b2-8080-8080808080801", "13814000x1dd2-11b2-8080-808080808080",
               "13814000-1dd2-11b2-8080-80808080808g", "{3814000-1dd2-11b2-8080-80808080808}");
  CHECK_FALSE(parse_uuid(text));
}

TEST_CASE("reading gives back what was written") {
  CHECK(rc::check([](const std::array<std::uint8_t, 16>& bytes) {
    const uuid id{bytes};
    RC_ASSERT(parse_uuid(to_string(id)) == id);
  }));
}

TEST_CASE("random identifiers are of version 4 and differ") {
  std::set<uuid> seen;
  for (int i = 0; i < 1000; ++i) {
    const uuid id = random_uuid();
    CHECK((id.bytes[6] >> 4) == 4);
    CHECK((id.bytes[8] >> 6) == 2);
    seen.insert(id);
  }
  CHECK(seen.size() == 1000);
}

TEST_CASE("identifiers of one time have the order in which they were made") {
  const std::int64_t time = 1'780'000'000'000;
  uuid last = ordered_uuid(time - 1);
  CHECK((last.bytes[6] >> 4) == 7);
  CHECK((last.bytes[8] >> 6) == 2);
  for (int i = 0; i < 100'000; ++i) {
    const uuid next = ordered_uuid(time);
    REQUIRE(last < next);
    last = next;
  }
}
