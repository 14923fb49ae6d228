#pragma once

#include "actors/model/time.hpp"
#include "tests/simulation/fiber.hpp"
#include "tests/simulation/world.hpp"

#include <caf/actor_system.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace muster::test {

/// A machine's clocks: of their own pace and origin, and they go on while a process is frozen.
class machine_clock final : public clock_source {
public:
  explicit machine_clock(world& in);

  instant now() const noexcept override;
  /// When it is that late here, in the world's time.
  milliseconds world_time(milliseconds steady) const noexcept;

private:
  const events& time_;
  double pace_;
  milliseconds offset_;
  milliseconds wall_offset_;
};

/// Thrown out of calls that block, in a process that has ended.
struct process_ended {};

/// One life of a node's process: what it does happens at its machine's time, later while it is
/// frozen, and never once it has ended. Its threads are fibers, its actors live on a scheduler
/// whose next job is thrown by dice.
class process {
public:
  process(world& in, int machine);
  ~process();

  int machine() const noexcept { return machine_; }
  caf::actor_system& actors() noexcept { return actors_; }
  bool ended() const noexcept { return ended_; }
  bool frozen() const { return world_.time.time() < frozen_until_; }

  void later(milliseconds delay, std::function<void()> what);
  /// In the order of the calls, after a while.
  void arrive(std::function<void()> what);

  /// A thread.
  std::shared_ptr<fiber> spawn(std::function<void()> work);
  /// Ends its waiting soon. Threads may be woken without a reason.
  void wake(const std::shared_ptr<fiber>& one);

  // From a thread.
  void wait() const;
  /// False: the process has ended meanwhile.
  bool sleep(milliseconds span);
  /// Calls the database, there and back; nullopt: nothing is known of what it did, and it may
  /// still happen, so `work` refers to nothing of the caller's.
  template <class T>
  std::optional<T> ask(std::function<T()> work);

  void freeze(milliseconds how_long);
  void thaw();
  /// SIGKILL: nothing happens any more; who waits is woken and finds that it has ended.
  void end();
  /// Afterwards, as long as there is something: lets actors act, whatever comes of it.
  bool run_actor();

private:
  template <class T>
  struct errand {
    std::optional<T> got;
    bool back = false;
  };

  void resume(const std::shared_ptr<fiber>& one);
  void pump();

  world& world_;
  int machine_;
  caf::actor_system& actors_;
  caf::scheduler::test_coordinator& jobs_;
  bool ended_ = false;
  bool pumping_ = false;
  milliseconds frozen_until_ = 0;
  std::deque<std::function<void()>> arrived_;
  std::vector<std::shared_ptr<fiber>> fibers_;
};

template <class T>
std::optional<T> process::ask(std::function<T()> work) {
  if (ended_) {
    return std::nullopt;
  }
  auto one = std::make_shared<errand<T>>();
  const auto me = fiber::current()->shared_from_this();
  const auto come_back = [this, one, me](milliseconds delay, std::optional<T> got) {
    later(delay, [this, one, me, got = std::move(got)] {
      one->got = std::move(got);
      one->back = true;
      resume(me);
    });
  };
  dice& chances = world_.chances;
  const bool reaches = world_.reaches_database(machine_);
  if (!reaches || chances.chance(world_.lost_calls)) {
    // Of those some come later, when nobody believes in them any more.
    if (reaches && chances.chance(0.5)) {
      world_.time.in(chances.between(1, 5'000), [work] { work(); });
    }
    come_back(chances.between(1, 1'000), std::nullopt);
  } else {
    world_.time.in(world_.way_to_database(), [this, work = std::move(work), come_back] {
      // Who asked may be gone; what he asked for happens all the same.
      std::optional<T> got;
      if (!world_.database_away) {
        got = work();
      }
      const bool lost = world_.chances.chance(world_.lost_calls);
      if (!got || lost || !world_.reaches_database(machine_)) {
        come_back(world_.chances.between(1, 1'000), std::nullopt);
      } else {
        come_back(world_.way_back(machine_), std::move(got));
      }
    });
  }
  while (!one->back && !ended_) {
    fiber::wait();
  }
  return std::move(one->got);
}

} // namespace muster::test
