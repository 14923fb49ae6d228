#include "tests/catch.hpp"
#include "tests/history/all_orders.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace muster::test {

namespace {

using operation = register_operation;
using kind = register_operation::kind;
using history = std::vector<operation>;

operation write(const char* value, std::int64_t start, std::int64_t end = operation::never) {
  return {kind::write, value, start, end};
}

operation read(const char* value, std::int64_t start, std::int64_t end) {
  return {kind::read, value, start, end};
}

operation read_nothing(std::int64_t start, std::int64_t end) {
  return {kind::read, std::nullopt, start, end};
}

/// What a property throws its histories with.
class thrower {
public:
  thrower() : random_(*rc::gen::arbitrary<std::uint64_t>()) {}

  int below(int limit) { return std::uniform_int_distribution(0, limit - 1)(random_); }

private:
  std::mt19937_64 random_;
};

/// Operations at any times, with any answers: some of them possible, most of them not.
history any_history(thrower& dice) {
  history made;
  int values = 0;
  const int count = dice.below(9);
  for (int i = 0; i < count; ++i) {
    operation one;
    one.start = dice.below(16);
    one.end = one.start + dice.below(8);
    if (dice.below(2) == 0) {
      one.what = kind::write;
      one.value = std::to_string(values++);
      if (dice.below(4) == 0) {
        one.end = operation::never;
      }
    } else if (const int value = dice.below(values + 2); value <= values) {
      one.value = std::to_string(value);
    }
    made.push_back(one);
  }
  return made;
}

/// What clients of a real register see: each operation happens at one instant within its time; of
/// the writes without an answer some happen, however late.
history real_history(thrower& dice) {
  struct instant_of {
    std::int64_t at = 0;
    operation what;
  };
  std::vector<instant_of> all;
  const int count = dice.below(60);
  for (int i = 0; i < count; ++i) {
    instant_of one;
    one.what.start = dice.below(300);
    one.at = one.what.start + dice.below(20);
    one.what.end = one.at + dice.below(20);
    if (dice.below(2) == 0) {
      one.what.what = kind::write;
      one.what.value = std::to_string(i);
      if (dice.below(4) == 0) {
        one.what.end = operation::never;
        one.at = dice.below(3) == 0 ? operation::never : one.at + dice.below(100);
      }
    }
    all.push_back(one);
  }
  std::ranges::stable_sort(all, {}, &instant_of::at);
  history seen;
  std::optional<std::string> now;
  for (auto& one : all) {
    if (one.what.what == kind::read) {
      one.what.value = now;
    } else if (one.at != operation::never) {
      now = one.what.value;
    }
    seen.push_back(one.what);
  }
  return seen;
}

/// Positions of the writes that were acknowledged.
std::vector<std::size_t> acknowledged(const history& seen) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (seen[i].what == kind::write && seen[i].end != operation::never) {
      found.push_back(i);
    }
  }
  return found;
}

} // namespace

TEST_CASE("a history that a register can have is found to be one, and no other") {
  CHECK(rc::check([] {
    thrower dice;
    for (int i = 0; i < 50; ++i) {
      const auto seen = any_history(dice);
      RC_ASSERT(!find_violation(seen) == all_orders(seen).any_is_legal());
    }
  }));
}

TEST_CASE("what is said to contradict itself does so") {
  CHECK(rc::check([] {
    thrower dice;
    const auto seen = any_history(dice);
    const auto found = find_violation(seen);
    RC_PRE(found.has_value());
    history alone;
    for (const std::size_t i : found->operations) {
      alone.push_back(seen[i]);
    }
    RC_ASSERT(alone.size() <= 6U);
    RC_ASSERT(!all_orders(alone).any_is_legal());
  }));
}

TEST_CASE("what clients of a real register see is linearizable") {
  CHECK(rc::check([] {
    thrower dice;
    RC_ASSERT(!find_violation(real_history(dice)));
  }));
}

TEST_CASE("a write that was acknowledged and is lost is found") {
  CHECK(rc::check([] {
    thrower dice;
    auto seen = real_history(dice);
    const auto writes = acknowledged(seen);
    RC_PRE(!writes.empty());
    const operation lost =
        seen[writes[static_cast<std::size_t>(dice.below(static_cast<int>(writes.size())))]];
    // Nobody has ever seen it, and when all is over somebody reads what was there before.
    std::erase_if(seen, [&](const operation& one) {
      return one.what == kind::read && one.value == lost.value;
    });
    std::erase_if(seen, [&](const operation& one) {
      return one.what == kind::write && one.value != lost.value && one.end >= lost.start;
    });
    std::erase_if(seen, [&](const operation& one) {
      return one.what == kind::read && one.end >= lost.start;
    });
    std::optional<std::string> before;
    for (const auto& one : seen) {
      if (one.what == kind::write && one.value != lost.value) {
        before = one.value;
      }
    }
    seen.push_back({kind::read, before, lost.end + 1, lost.end + 2});
    RC_ASSERT(find_violation(seen).has_value());
  }));
}

TEST_CASE("a stale read is found") {
  CHECK(rc::check([] {
    thrower dice;
    auto seen = real_history(dice);
    const auto writes = acknowledged(seen);
    RC_PRE(!writes.empty());
    const auto overwritten =
        seen[writes[static_cast<std::size_t>(dice.below(static_cast<int>(writes.size())))]];
    seen.push_back({kind::write, "last", 1'000, 1'001});
    seen.push_back({kind::read, overwritten.value, 1'002, 1'003});
    const auto found = find_violation(seen);
    RC_ASSERT(found.has_value());
    RC_ASSERT(std::ranges::count(found->operations, seen.size() - 1) == 1);
  }));
}

TEST_CASE("rules of registers one by one") {
  SECTION("concurrent operations may be in any order") {
    CHECK_FALSE(find_violation(history{write("a", 0, 10), write("b", 0, 10), read("b", 11, 12)}));
    CHECK_FALSE(find_violation(history{write("a", 0, 10), read("a", 1, 2)}));
    CHECK_FALSE(find_violation(history{write("a", 0, 10), read_nothing(1, 2)}));
    // What ends in the moment in which another one starts may come after it.
    CHECK_FALSE(find_violation(history{write("a", 0, 1), read_nothing(1, 2)}));
  }
  SECTION("a write that was seen has happened") {
    CHECK(find_violation(history{write("a", 0, 10), read("a", 1, 2), read_nothing(3, 4)}));
    CHECK(find_violation(history{write("a", 0), read("a", 1, 2), read_nothing(3, 4)}));
  }
  SECTION("a write without an answer may happen late or never") {
    CHECK_FALSE(find_violation(history{write("a", 0, 1), write("b", 2), read("a", 3, 4)}));
    CHECK_FALSE(
        find_violation(history{write("a", 0, 1), write("b", 2), read("a", 3, 4), read("b", 5, 6)}));
    CHECK(
        find_violation(history{write("a", 0, 1), write("b", 2), read("b", 3, 4), read("a", 5, 6)}));
  }
  SECTION("nothing comes of nothing") {
    CHECK(find_violation(history{read("a", 0, 1)}));
    CHECK(find_violation(history{read("a", 0, 1), write("a", 2, 3)}));
    CHECK(find_violation(history{write("a", 0, 1), write("a", 2, 3)}));
  }
  SECTION("of several contradictions the shortest is told") {
    const history seen{write("a", 0, 1),       write("b", 100, 101),   read("a", 900, 901),
                       write("c", 1000, 1001), write("d", 1002, 1003), read("c", 1004, 1005)};
    const auto found = find_violation(seen);
    REQUIRE(found);
    CHECK(found->operations == std::vector<std::size_t>{3, 4, 5});
  }
}

TEST_CASE("a long history is checked in no time") {
  history seen;
  for (int i = 0; i < 200'000; ++i) {
    seen.push_back(
        {kind::write, std::to_string(i), 10 * i, i % 3 == 0 ? operation::never : 10 * i + 5});
    seen.push_back({kind::read, std::to_string(i), 10 * i + 6, 10 * i + 8});
  }
  CHECK_FALSE(find_violation(seen));
}

} // namespace muster::test
