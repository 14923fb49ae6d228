#pragma once

#include "actors/model/time.hpp"

#include <cstdint>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

namespace muster::test {

/// The simulation's time: what happens when, in order, and nothing in between.
class events final : public clock_source {
public:
  /// Both clocks of the world, which nobody in it sees but the table.
  instant now() const noexcept override { return {now_, now_}; }
  milliseconds time() const noexcept { return now_; }

  void at(milliseconds when, std::function<void()> what) {
    queue_.push({when < now_ ? now_ : when, next_++, std::move(what)});
  }
  void in(milliseconds later, std::function<void()> what) { at(now_ + later, std::move(what)); }

  void run_until(milliseconds end) {
    while (!queue_.empty() && queue_.top().when <= end) {
      auto what = queue_.top().what;
      now_ = queue_.top().when;
      queue_.pop();
      what();
    }
    now_ = end;
  }

private:
  struct event {
    milliseconds when = 0;
    std::uint64_t number = 0;
    std::function<void()> what;

    bool operator<(const event& other) const noexcept {
      return std::pair(when, number) > std::pair(other.when, other.number);
    }
  };

  milliseconds now_ = 1'000'000;
  std::uint64_t next_ = 0;
  std::priority_queue<event> queue_;
};

} // namespace muster::test
