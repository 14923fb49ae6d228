#include "actors/service/change_agreement.hpp"

#include "tests/actors_service/hand_clock.hpp"
#include "tests/catch.hpp"

#include <optional>
#include <string>

namespace muster {

namespace {

const persistence::node_ref n2{"n2", 1};
const persistence::node_ref n3{"n3", 4};

struct agreement_fixture : reply_sink {
  hand_clock clock;
  std::vector<std::uint64_t> asked;
  std::vector<reply> answered;
  change_agreement agreement{{clock, [this](std::uint64_t number) { asked.push_back(number); }}};

  void push(std::vector<completion> batch) noexcept override {
    for (auto& one : batch) {
      one.to.release();
      answered.push_back(std::move(one.what));
    }
  }
  reply_handle begin() { return agreement.hold(reply_handle{{this, 7, 9}}); }
  void change() { begin().answer(done{}); }
  bool agreed() const { return answered.size() == 1 && std::holds_alternative<done>(answered[0]); }
};

} // namespace

TEST_CASE("a change of a node that is alone is answered at once") {
  agreement_fixture f;
  f.change();
  CHECK(f.agreed());
  CHECK(f.asked.empty());
}

TEST_CASE("a change is answered when each other node obeys it") {
  agreement_fixture f;
  f.agreement.others({n2, n3});
  f.change();
  REQUIRE(f.asked.size() == 1);
  f.agreement.obeys(n2, f.asked[0]);
  f.agreement.obeys(n2, f.asked[0]);
  CHECK(f.answered.empty());
  f.agreement.obeys(n3, f.asked[0]);
  CHECK(f.agreed());
}

TEST_CASE("what a node obeyed before a change says nothing of it") {
  agreement_fixture f;
  f.agreement.others({n2});
  f.change();
  f.agreement.obeys(n2, f.asked[0] - 1);
  CHECK(f.answered.empty());
  f.change();
  f.agreement.obeys(n2, f.asked[1]);
  CHECK(f.answered.size() == 2);
}

TEST_CASE("a change that was refused is answered at once") {
  agreement_fixture f;
  f.agreement.others({n2});
  f.begin().answer(error{error_code::invalid, "no"});
  REQUIRE(f.answered.size() == 1);
  CHECK(std::get<error>(f.answered[0]).message == "no");
}

TEST_CASE("a node that was declared dead is waited for until its lease is over") {
  agreement_fixture f;
  f.agreement.others({n2});
  f.change();
  f.agreement.others({{"n2", 2}});
  f.clock.advance(1'099);
  f.agreement.tick();
  CHECK(f.answered.empty());
  f.clock.advance(1);
  f.agreement.tick();
  CHECK(f.agreed());
}

TEST_CASE("a node that has missed the question is asked again") {
  agreement_fixture f;
  f.agreement.others({n2});
  f.change();
  f.clock.advance(249);
  f.agreement.tick();
  CHECK(f.asked.size() == 1);
  f.clock.advance(1);
  f.agreement.tick();
  REQUIRE(f.asked.size() == 2);
  CHECK(f.asked[0] == f.asked[1]);
}

TEST_CASE("a node that is silent makes the answer an error that names it") {
  agreement_fixture f;
  f.agreement.others({n2, n3});
  f.change();
  f.agreement.obeys(n2, f.asked[0]);
  f.clock.advance(10'000);
  f.agreement.tick();
  REQUIRE(f.answered.size() == 1);
  const auto& why = std::get<error>(f.answered[0]);
  CHECK(why.code == error_code::overloaded);
  CHECK(why.message == "The change is stored, but does not hold yet on n3");
}

} // namespace muster
