// What Range headers ask for, by RFC 9110, section 14.
#include "http/api/byte_range.hpp"
#include "tests/catch.hpp"

#include <rapidcheck.h>

using namespace muster::http;

namespace {

using kind = byte_range::kind;

bool is_part(std::string_view header, std::uint64_t length, std::uint64_t first,
             std::uint64_t size) {
  const auto made = choose_range(header, length);
  return made.what == kind::part && made.first == first && made.size == size;
}

bool is_whole(std::string_view header) {
  const auto made = choose_range(header, 10);
  return made.what == kind::whole && made.first == 0 && made.size == 10;
}

bool is_none(std::string_view header, std::uint64_t length) {
  return choose_range(header, length).what == kind::unsatisfiable;
}

} // namespace

TEST_CASE("Ranges within the body, over its end, and its last bytes") {
  CHECK(is_part("bytes=0-0", 10, 0, 1));
  CHECK(is_part("bytes=2-4", 10, 2, 3));
  CHECK(is_part("Bytes=2-", 10, 2, 8));
  CHECK(is_part("bytes=2-99999999999999999999999", 10, 2, 8));
  CHECK(is_part("bytes=-3", 10, 7, 3));
  CHECK(is_part("bytes=-11", 10, 0, 10));
  CHECK(is_part("bytes= 1-2 ", 10, 1, 2));
}

TEST_CASE("Ranges behind the end can't be satisfied") {
  CHECK(is_none("bytes=10-", 10));
  CHECK(is_none("bytes=99999999999999999999999-", 10));
  CHECK(is_none("bytes=-0", 10));
  CHECK(is_none("bytes=0-", 0));
  CHECK(is_none("bytes=-5", 0));
}

TEST_CASE("Several ranges, and what is none, ask for the whole body") {
  for (const auto* header :
       {"", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=1-b", "bytes=4-2", "bytes=0-1,3-4",
        "bytes=0", "items=0-1", "bytes=--1", "bytes=+1-2"})
    CHECK(is_whole(header));
}

TEST_CASE("A range never reaches beyond the body") {
  rc::check(
      [](const std::string& text, std::uint64_t first, std::uint64_t last, std::uint16_t length) {
        for (const auto& header :
             {"bytes=" + text, "bytes=" + std::to_string(first) + '-' + std::to_string(last),
              "bytes=" + std::to_string(first % 70'000) + '-', "bytes=-" + std::to_string(last)}) {
          const auto made = choose_range(header, length);
          RC_ASSERT(made.first + made.size <= length);
          RC_ASSERT((made.what == kind::part) <= (made.size > 0));
          RC_ASSERT(made.what != kind::whole || made.size == length);
        }
      });
}
