#include "tests/actors_device/alarm_bench.hpp"

#include <rapidcheck.h>

#include <map>

namespace muster::test {

namespace {

/// What is known of an alarm, said plainly.
struct plain_alarm {
  std::string type;
  alarm_severity severity = alarm_severity::critical;
  timestamp start = 0;
  timestamp acknowledged = 0;
  timestamp cleared = 0;
  bool assigned = false;

  bool operator==(const plain_alarm&) const = default;
};

using plain_alarms = std::map<alarm_id, plain_alarm>;

plain_alarms stored_in(alarm_bench& d) {
  plain_alarms all;
  for (const auto& one : d.all()) {
    RC_ASSERT(one.acknowledged == (one.acknowledged_at != 0));
    RC_ASSERT(one.cleared == (one.cleared_at != 0));
    RC_ASSERT(one.start <= one.end);
    all[one.id] = {one.type,       one.severity,
                   one.start,      one.acknowledged_at,
                   one.cleared_at, one.assignee.has_value()};
  }
  return all;
}

class alarm_script {
public:
  void step() {
    d_.clock.advance(*rc::gen::inRange(0, 1'000));
    switch (*rc::gen::inRange(0, 7)) {
    case 0:
    case 1:
      save();
      break;
    case 2:
      change(alarm_action::acknowledge, [&](plain_alarm& one) {
        return one.acknowledged == 0 && (one.acknowledged = d_.clock.at.wall) != 0;
      });
      break;
    case 3:
      change(alarm_action::clear, [&](plain_alarm& one) {
        return one.cleared == 0 && (one.cleared = d_.clock.at.wall) != 0;
      });
      break;
    case 4:
      change(alarm_action::assign,
             [](plain_alarm& one) { return !std::exchange(one.assigned, true); });
      break;
    case 5:
      change(alarm_action::unassign,
             [](plain_alarm& one) { return std::exchange(one.assigned, false); });
      break;
    default:
      remove_or_crash();
    }
    compare();
  }

private:
  void save() {
    const std::string type(1, *rc::gen::inRange('a', 'd'));
    const auto severity = static_cast<alarm_severity>(*rc::gen::inRange(0, 5));
    const auto now = std::get<alarm>(d_.save(type, severity));
    const auto active = std::find_if(known_.begin(), known_.end(), [&](const auto& one) {
      return one.second.type == type && one.second.cleared == 0;
    });
    RC_ASSERT((active == known_.end() ? !known_.contains(now.id) : active->first == now.id));
    auto& one = known_[now.id];
    one.type = type;
    one.severity = severity;
    one.start = d_.clock.at.wall;
    one.assigned = false;
  }

  std::optional<alarm_id> any() {
    if (known_.empty()) {
      return std::nullopt;
    }
    auto at = known_.begin();
    std::advance(at, *rc::gen::inRange<std::size_t>(0, known_.size()));
    return at->first;
  }

  template <class Change>
  void change(alarm_action action, Change how) {
    if (const auto id = any()) {
      const bool changes = how(known_.at(*id));
      const auto answer = d_.change(*id, action, user_id{});
      RC_ASSERT((changes ? is<alarm>(answer) : is_error(answer, error_code::invalid)));
    }
  }

  void remove_or_crash() {
    const auto id = any();
    if (id && *rc::gen::arbitrary<bool>()) {
      RC_ASSERT(is<alarm>(d_.change(*id, alarm_action::remove)));
      known_.erase(*id);
    } else {
      d_.crash();
    }
  }

  void compare() {
    RC_ASSERT((stored_in(d_) == known_));
    std::map<std::string, int> active;
    for (const auto& [id, one] : known_) {
      active[one.type] += one.cleared == 0 ? 1 : 0;
      RC_ASSERT(active[one.type] <= 1);
    }
  }

  alarm_bench d_;
  plain_alarms known_;
};

} // namespace

TEST_CASE("alarms are as a plain account of them says, crashes between") {
  CHECK(rc::check([] {
    alarm_script script;
    const int steps = *rc::gen::inRange(0, 40);
    for (int i = 0; i < steps; ++i) {
      script.step();
    }
  }));
}

} // namespace muster::test
