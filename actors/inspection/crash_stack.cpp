#include "actors/inspection/crash_stack.hpp"

#include <sys/mman.h>

#include <csignal>
#include <cstddef>

namespace muster {

namespace {

/// What the handler needs, several times.
constexpr std::size_t crash_stack_size = std::size_t{64} * 1024;

class crash_stack {
public:
  crash_stack() noexcept
      : memory_(::mmap(nullptr, crash_stack_size, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0)) {
    stack_t ours{};
    ours.ss_sp = memory_;
    ours.ss_size = crash_stack_size;
    given_ = memory_ != MAP_FAILED && ::sigaltstack(&ours, &before_) == 0;
  }

  ~crash_stack() {
    if (given_) {
      ::sigaltstack(&before_, nullptr);
    }
    if (memory_ != MAP_FAILED) {
      ::munmap(memory_, crash_stack_size);
    }
  }

  crash_stack(const crash_stack&) = delete;
  crash_stack& operator=(const crash_stack&) = delete;

private:
  void* const memory_;
  /// A sanitizer may have given one already, and wants to find it again.
  stack_t before_{};
  bool given_ = false;
};

} // namespace

void give_crash_stack() noexcept {
  static thread_local const crash_stack here;
  static_cast<void>(here);
}

} // namespace muster
