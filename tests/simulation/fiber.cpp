#include "tests/simulation/fiber.hpp"

#include <sys/mman.h>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#endif

#include <cstdlib>
#include <utility>
#include <vector>

namespace muster::test {

namespace {

fiber* running = nullptr;

#ifdef __SANITIZE_ADDRESS__
/// The stack of whoever resumes, which the sanitizer tells when a fiber is entered.
const void* outer_bottom = nullptr;
std::size_t outer_size = 0;
#endif

// The address sanitizer keeps what it knows of each stack, and must hear of every change of it.
// `kept`: null of a fiber that does not come back.

void leave_for([[maybe_unused]] void** kept, [[maybe_unused]] const void* bottom,
               [[maybe_unused]] std::size_t size) {
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_start_switch_fiber(kept, bottom, size);
#endif
}

void leave_for_outer([[maybe_unused]] void** kept) {
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_start_switch_fiber(kept, outer_bottom, outer_size);
#endif
}

void arrived_outside([[maybe_unused]] void* kept) {
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_finish_switch_fiber(kept, nullptr, nullptr);
#endif
}

void arrived_inside([[maybe_unused]] void* kept) {
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_finish_switch_fiber(kept, &outer_bottom, &outer_size);
#endif
}

} // namespace

struct fiber::stack {
  static constexpr std::size_t size = std::size_t{1} << 20;
  static constexpr std::size_t guard = 4096;

  /// Takes memory only where it is used, and ends the program where it is overrun.
  stack()
      : bytes(static_cast<char*>(mmap(nullptr, size, PROT_READ | PROT_WRITE,
                                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0))) {
    if (bytes == MAP_FAILED || mprotect(bytes, guard, PROT_NONE) != 0) {
      std::abort();
    }
  }
  ~stack() { munmap(bytes, size); }
  stack(const stack&) = delete;
  stack& operator=(const stack&) = delete;

  char* const bytes;

  /// Those that nobody uses any more are used again: most fibers live for one read.
  static std::vector<std::unique_ptr<stack>>& spare() {
    static std::vector<std::unique_ptr<stack>> all;
    return all;
  }

  static std::unique_ptr<stack> get() {
    if (spare().empty()) {
      return std::make_unique<stack>();
    }
    auto one = std::move(spare().back());
    spare().pop_back();
    return one;
  }
};

fiber::fiber(std::function<void()> work) : work_(std::move(work)) {}

fiber::~fiber() {
  if (started_ && !done_) {
    std::abort();
  }
}

void fiber::resume() {
  running = this;
  if (!started_) {
    started_ = true;
    stack_ = stack::get();
    getcontext(&inside_);
    inside_.uc_stack.ss_sp = stack_->bytes;
    inside_.uc_stack.ss_size = stack::size;
    inside_.uc_link = &outside_;
    makecontext(&inside_, &fiber::enter, 0);
  }
  void* kept = nullptr;
  leave_for(&kept, stack_->bytes, stack::size);
  swapcontext(&outside_, &inside_);
  arrived_outside(kept);
  running = nullptr;
  if (done_ && stack_) {
    stack::spare().push_back(std::move(stack_));
    work_ = nullptr;
    if (problem_) {
      std::rethrow_exception(std::exchange(problem_, nullptr));
    }
  }
}

void fiber::enter() {
  arrived_inside(nullptr);
  fiber& self = *running;
  try {
    self.work_();
  } catch (...) {
    self.problem_ = std::current_exception();
  }
  self.done_ = true;
  leave_for_outer(nullptr);
}

fiber* fiber::current() noexcept {
  return running;
}

void fiber::wait() {
  fiber& self = *running;
  running = nullptr;
  void* kept = nullptr;
  leave_for_outer(&kept);
  swapcontext(&self.inside_, &self.outside_);
  arrived_inside(kept);
}

} // namespace muster::test
