#include "actors/cluster/membership/membership.hpp"
#include "tests/actors_cluster/views.hpp"
#include "tests/catch.hpp"

#include <variant>

namespace muster {

namespace {

using test::node;

const membership_options defaults;

/// n0, which has just joined two that own all shards, and the table.
class newcomer {
public:
  newcomer() {
    for (std::size_t i = 0; i < view_.shards.size(); ++i) {
      view_.shards[i].owner = view_.shards[i].target = node(1 + static_cast<int>(i % 2));
    }
  }

  /// Nobody answers its probes; the others renew, or not.
  void pass(milliseconds how_long, bool others_renew) {
    for (const milliseconds end = now_ + how_long; now_ < end; now_ += 10) {
      if (others_renew) {
        for (auto& one : view_.members) {
          one.last_heartbeat = now_;
        }
      }
      carry_out();
      itself_.tick(now_);
    }
  }

  void hear_all() {
    itself_.probed(node(1), true, now_);
    itself_.probed(node(2), true, now_);
    carry_out();
  }

  int votes = 0;
  int plans = 0;

private:
  void carry_out() {
    while (const auto call = itself_.next_call(now_)) {
      if (std::holds_alternative<look_call>(*call)) {
        itself_.answered(*call, view_, now_);
      } else {
        votes += std::holds_alternative<vote_call>(*call) ? 1 : 0;
        plans += std::holds_alternative<plan_call>(*call) ? 1 : 0;
        itself_.answered(*call, true, now_);
      }
    }
  }

  persistence::cluster_view view_ = test::view_of(3);
  milliseconds now_ = 0;
  membership itself_{node(0), defaults, 0};
};

} // namespace

TEST_CASE("who has heard nobody since its start neither votes nor plans while others renew") {
  newcomer one;
  one.pass(20'000, true);
  CHECK(one.votes == 0);
  CHECK(one.plans == 0);
  SECTION("it plans when it has heard them") {
    one.hear_all();
    CHECK(one.plans > 0);
  }
  SECTION("it votes when the others have stopped to renew") {
    one.pass(15'000, false);
    CHECK(one.votes > 0);
  }
}

} // namespace muster
