#include "actors/service/token_check.hpp"

#include "tests/catch.hpp"

#include <map>
#include <optional>

namespace muster {

namespace {

/// Reads run when they are told to.
struct check_fixture {
  std::map<uuid, timestamp> ended;
  bool away = false;
  bool full = false;
  std::size_t reads = 0;
  std::vector<std::function<void()>> queued;
  token_check check{[this](std::span<const uuid> of) { return find(of); },
                    [this](std::function<void()> work) {
                      if (!full) {
                        queued.push_back(std::move(work));
                      }
                      return !full;
                    }};

  result<std::vector<persistence::put_revocation>> find(std::span<const uuid> of) {
    ++reads;
    if (away) {
      return fail(error_code::storage_unavailable);
    }
    std::vector<persistence::put_revocation> found;
    for (const auto& one : of) {
      if (const auto at = ended.find(one); at != ended.end()) {
        found.push_back({one, at->second, 0});
      }
    }
    return found;
  }
  void run() {
    while (!queued.empty()) {
      for (const auto& work : std::exchange(queued, {})) {
        work();
      }
    }
  }
  std::shared_ptr<std::optional<result<bool>>> ask(const uuid& user, const uuid& session,
                                                   timestamp issued) {
    auto answer = std::make_shared<std::optional<result<bool>>>();
    check.check({user}, session, issued, [answer](result<bool> valid) {
      REQUIRE_FALSE(answer->has_value());
      *answer = std::move(valid);
    });
    return answer;
  }
};

const uuid whose = random_uuid();
const uuid session = random_uuid();

} // namespace

TEST_CASE("a token is good unless its user or its session ended after it was issued") {
  check_fixture f;
  f.ended[whose] = 100;
  f.ended[session] = 200;
  const auto old = f.ask(whose, random_uuid(), 99);
  const auto fresh = f.ask(whose, random_uuid(), 100);
  const auto out = f.ask(random_uuid(), session, 199);
  const auto other = f.ask(random_uuid(), random_uuid(), 1);
  f.run();
  CHECK(**old == false);
  CHECK(**fresh == true);
  CHECK(**out == false);
  CHECK(**other == true);
}

TEST_CASE("those that ask together share a read") {
  check_fixture f;
  const auto first = f.ask(whose, session, 1);
  const auto second = f.ask(whose, session, 1);
  f.run();
  CHECK(f.reads == 1);
  CHECK(**first == true);
  CHECK(**second == true);
}

TEST_CASE("a question that comes while the rows are read is not answered by that read") {
  check_fixture f;
  std::shared_ptr<std::optional<result<bool>>> late;
  token_check check(
      [&](std::span<const uuid> of) {
        auto found = f.find(of);
        if (!late) {
          f.ended[session] = 5;
          late = std::make_shared<std::optional<result<bool>>>();
          check.check({whose}, session, 1, [&](result<bool> valid) { *late = valid; });
        }
        return found;
      },
      [&](std::function<void()> work) {
        f.queued.push_back(std::move(work));
        return true;
      });
  std::optional<result<bool>> first;
  check.check({whose}, session, 1, [&](result<bool> valid) { first = valid; });
  f.run();
  CHECK(f.reads == 2);
  CHECK(*first == true);
  CHECK(**late == false);
}

TEST_CASE("a token is neither good nor bad when the database does not say") {
  check_fixture f;
  f.away = true;
  const auto asked = f.ask(whose, session, 1);
  f.run();
  CHECK((*asked)->error().code == error_code::storage_unavailable);
  f.full = true;
  const auto refused = f.ask(whose, session, 1);
  CHECK((*refused)->error().code == error_code::overloaded);
  f.full = f.away = false;
  const auto again = f.ask(whose, session, 1);
  f.run();
  CHECK(**again == true);
}

} // namespace muster
