#include "tests/simulation/fiber.hpp"

#include <sys/mman.h>

#include <cstdlib>
#include <utility>
#include <vector>

namespace muster::test {

namespace {

fiber* running = nullptr;

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
  swapcontext(&outside_, &inside_);
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
  fiber& self = *running;
  try {
    self.work_();
  } catch (...) {
    self.problem_ = std::current_exception();
  }
  self.done_ = true;
}

fiber* fiber::current() noexcept {
  return running;
}

void fiber::wait() {
  fiber& self = *running;
  running = nullptr;
  swapcontext(&self.inside_, &self.outside_);
}

} // namespace muster::test
