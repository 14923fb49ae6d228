#include "tests/simulation/process.hpp"

#include <caf/actor_system_config.hpp>
#include <caf/atom.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace muster::test {

namespace {

/// Ten years after the simulation's zero.
constexpr timestamp some_wall_time = 1'700'000'000'000;

/// Of one machine: its processes live one after the other, and each leaves it without actors.
caf::actor_system& actors_of(int machine) {
  static caf::actor_system_config config = [] {
    caf::actor_system_config made;
    made.set("scheduler.policy", caf::atom("testing"));
    return made;
  }();
  // Never ended: CAF's systems of one thread cannot end one after the other.
  static auto& systems = *new std::array<std::unique_ptr<caf::actor_system>, 8>();
  auto& one = systems.at(static_cast<std::size_t>(machine));
  if (!one) {
    one = std::make_unique<caf::actor_system>(config);
  }
  return *one;
}

} // namespace

machine_clock::machine_clock(world& in)
    : time_(in.time), pace_(in.chances.real(0.97, 1.03)),
      offset_(in.chances.between(0, 1'000'000'000)),
      wall_offset_(some_wall_time + in.chances.between(-50, 50)) {}

instant machine_clock::now() const noexcept {
  const auto passed = std::llround(static_cast<double>(time_.time()) * pace_);
  return {wall_offset_ + time_.time(), offset_ + passed};
}

milliseconds machine_clock::world_time(milliseconds steady) const noexcept {
  return static_cast<milliseconds>(std::ceil(static_cast<double>(steady - offset_) / pace_));
}

process::process(world& in, int machine)
    : world_(in), machine_(machine), actors_(actors_of(machine)),
      jobs_(dynamic_cast<caf::scheduler::test_coordinator&>(actors_.scheduler())) {}

process::~process() = default;

void process::later(milliseconds delay, std::function<void()> what) {
  if (ended_) {
    return;
  }
  world_.time.in(delay, [this, what = std::move(what)] {
    if (ended_) {
      return;
    }
    if (frozen()) {
      return later(frozen_until_ - world_.time.time(), what);
    }
    what();
    pump();
  });
}

void process::arrive(std::function<void()> what) {
  if (ended_) {
    return;
  }
  // One that was put off while the process was frozen must not be overtaken.
  arrived_.push_back(std::move(what));
  later(0, [this] {
    const auto next = std::move(arrived_.front());
    arrived_.pop_front();
    next();
  });
}

std::shared_ptr<fiber> process::spawn(std::function<void()> work) {
  auto made = std::make_shared<fiber>(std::move(work));
  fibers_.push_back(made);
  later(0, [this, made] { resume(made); });
  return made;
}

void process::wake(const std::shared_ptr<fiber>& one) {
  later(0, [this, one] { resume(one); });
}

void process::resume(const std::shared_ptr<fiber>& one) {
  if (one->done()) {
    return;
  }
  try {
    one->resume();
  } catch (const process_ended&) {
  }
  if (one->done()) {
    std::erase(fibers_, one);
  }
}

void process::wait() const {
  if (ended_) {
    throw process_ended();
  }
  fiber::wait();
  if (ended_) {
    throw process_ended();
  }
}

bool process::sleep(milliseconds span) {
  const milliseconds until = world_.time.time() + span;
  later(span, [this, me = fiber::current()->shared_from_this()] { resume(me); });
  while (world_.time.time() < until && !ended_) {
    fiber::wait();
  }
  return !ended_;
}

void process::freeze(milliseconds how_long) {
  frozen_until_ = world_.time.time() + how_long;
}

void process::thaw() {
  frozen_until_ = std::min(frozen_until_, world_.time.time() + 1);
}

void process::end() {
  ended_ = true;
  arrived_.clear();
  while (!fibers_.empty()) {
    resume(std::shared_ptr<fiber>(fibers_.back()));
  }
}

bool process::run_actor() {
  auto& jobs = jobs_.jobs;
  if (jobs.empty()) {
    return false;
  }
  const auto next = static_cast<std::ptrdiff_t>(world_.chances.below(jobs.size()));
  std::rotate(jobs.begin(), jobs.begin() + next, jobs.end());
  jobs_.run_once();
  return true;
}

void process::pump() {
  if (pumping_ || jobs_.jobs.empty()) {
    return;
  }
  pumping_ = true;
  later(world_.chances.chance(0.1) ? 1 : 0, [this] {
    pumping_ = false;
    for (auto steps = 1 + world_.chances.below(4); steps > 0 && run_actor(); --steps) {
    }
  });
}

} // namespace muster::test
