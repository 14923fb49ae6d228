#include "tests/catch.hpp"
#include "tests/support/history/recorded.hpp"

#include <sstream>
#include <string>

namespace muster::test {

namespace {

struct verdict {
  int code = 0;
  std::string text;
};

verdict check(const std::string& lines) {
  std::istringstream in(lines);
  std::ostringstream out;
  const int code = check_recorded(in, out);
  return {code, out.str()};
}

std::string line(const char* device, const char* op, const char* value, const char* start,
                 const char* end, const char* ok) {
  return std::string(R"({"client":"c1","device":")") + device + R"(","op":")" + op +
         R"(","value":)" + value + R"(,"start":)" + start + R"(,"end":)" + end + R"(,"ok":)" + ok +
         "}\n";
}

} // namespace

TEST_CASE("a recorded history of registers is checked one by one") {
  const auto good =
      line("a", "read", "null", "0", "1", "true") + line("a", "write", "1", "2", "3", "true") +
      line("b", "write", R"("1")", "2", "3", "true") + line("a", "read", "1", "4", "5", "true");
  CHECK(check(good).code == 0);
  CHECK(check(good).text == "4 operations on 2 registers: linearizable\n");

  const auto stale = line("b", "read", "null", "4", "5", "true");
  const auto found = check(good + stale);
  CHECK(found.code == 1);
  CHECK(found.text.find("b: one value must have come both before and after another\n") == 0);
  CHECK(found.text.find(stale) != std::string::npos);
  CHECK(found.text.find("\"a\"") == std::string::npos);
}

TEST_CASE("what is not known of an operation is not held against anybody") {
  const auto first = line("a", "write", "1", "0", "1", "true");
  const auto seen = line("a", "read", "2", "10", "11", "true");
  const auto back = line("a", "read", "1", "12", "13", "true");
  for (const auto& open :
       {line("a", "write", "2", "2", "null", "null"), line("a", "write", "2", "2", "3", "null"),
        line("a", "write", "2", "2", "null", "true")}) {
    CHECK(check(first + open + seen).code == 0);
    CHECK(check(first + open + back).code == 0);
    CHECK(check(first + open + seen + back).code == 1);
  }
  const auto refused = line("a", "write", "2", "2", "3", "false");
  CHECK(check(first + refused + back).code == 0);
  CHECK(check(first + refused + seen).code == 1);
  CHECK(check(first + line("a", "read", "7", "2", "3", "null")).code == 0);
  CHECK(check(first + line("a", "read", "7", "2", "3", "false")).code == 0);
}

TEST_CASE("a file that is none of these is refused") {
  CHECK(check("{").text.find("line 1: ") == 0);
  for (const auto& bad :
       {std::string("{"), std::string("{}"), line("a", "take", "1", "0", "1", "true"),
        line("a", "write", "null", "0", "1", "true"), line("a", "write", "1", "2", "1", "true"),
        line("a", "write", "1", "\"x\"", "1", "true")}) {
    CHECK(check(bad).code == 2);
  }
}

} // namespace muster::test
