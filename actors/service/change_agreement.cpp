#include "actors/service/change_agreement.hpp"

#include "actors/cluster/membership/options.hpp"

#include <algorithm>
#include <utility>

namespace muster {

namespace {

constexpr milliseconds patience = 10'000;
/// A peer that was not connected has missed the question.
constexpr milliseconds ask_pause = 250;

/// Names whoever has said nothing.
error silent(const std::map<persistence::node_ref, milliseconds>& nodes) {
  std::string names;
  for (const auto& [node, until] : nodes) {
    names += (names.empty() ? "" : ", ") + node.id;
  }
  return {error_code::overloaded, "The change is stored, but does not hold yet on " + names};
}

} // namespace

reply_handle change_agreement::hold(reply_handle to) {
  const std::lock_guard guard(mutex_);
  expected_.emplace(++expected_last_, std::move(to));
  return reply_handle{{this, 0, expected_last_}};
}

void change_agreement::push(std::vector<completion> batch) noexcept {
  std::vector<completion> ready;
  std::uint64_t number = 0;
  {
    const std::lock_guard guard(mutex_);
    const milliseconds now = needs_.clock.now().steady;
    for (auto& one : batch) {
      const auto found = expected_.extract(one.to.release().request);
      if (found.empty()) {
        continue;
      }
      one.to = std::move(found.mapped());
      if (others_.empty() || std::holds_alternative<error>(one.what)) {
        ready.push_back(std::move(one));
        continue;
      }
      held waiting{std::move(one), ++last_number_, now + patience, {}};
      for (const auto& node : others_) {
        waiting.waits_for.emplace(node, never);
      }
      held_.push_back(std::move(waiting));
      number = last_number_;
      ask_again_ = now + ask_pause;
    }
  }
  if (number != 0) {
    needs_.ask(number);
  }
  answer(std::move(ready));
}

void change_agreement::others(const std::vector<persistence::node_ref>& now) {
  const std::lock_guard guard(mutex_);
  others_ = now;
  const milliseconds over = needs_.clock.now().steady + membership_options{}.takeover_wait;
  for (auto& one : held_) {
    for (auto& [node, until] : one.waits_for) {
      if (std::find(now.begin(), now.end(), node) == now.end()) {
        until = std::min(until, over);
      }
    }
  }
}

void change_agreement::obeys(const persistence::node_ref& node, std::uint64_t number) {
  std::vector<completion> ready;
  {
    const std::lock_guard guard(mutex_);
    for (auto& one : held_) {
      if (one.number <= number) {
        one.waits_for.erase(node);
      }
    }
    ready = agreed(needs_.clock.now().steady);
  }
  answer(std::move(ready));
}

void change_agreement::tick() {
  std::vector<completion> ready;
  std::uint64_t number = 0;
  {
    const std::lock_guard guard(mutex_);
    const milliseconds now = needs_.clock.now().steady;
    for (auto& one : held_) {
      std::erase_if(one.waits_for, [now](const auto& node) { return node.second <= now; });
    }
    ready = agreed(now);
    if (!held_.empty() && now >= ask_again_) {
      number = last_number_;
      ask_again_ = now + ask_pause;
    }
  }
  if (number != 0) {
    needs_.ask(number);
  }
  answer(std::move(ready));
}

std::vector<completion> change_agreement::agreed(milliseconds now) {
  std::vector<completion> ready;
  std::erase_if(held_, [&](held& one) {
    if (!one.waits_for.empty() && now < one.until) {
      return false;
    }
    if (!one.waits_for.empty()) {
      one.answer.what = silent(one.waits_for);
    }
    ready.push_back(std::move(one.answer));
    return true;
  });
  return ready;
}

void change_agreement::answer(std::vector<completion>&& ready) {
  for (auto& one : ready) {
    one.to.answer(std::move(one.what));
  }
}

} // namespace muster
