#pragma once

#include <ucontext.h>

#include <exception>
#include <functional>
#include <memory>

namespace muster::test {

/// What would be a thread: has a stack of its own and runs only when it is resumed, so that code
/// that blocks can be part of a simulation of one thread.
class fiber : public std::enable_shared_from_this<fiber> {
public:
  explicit fiber(std::function<void()> work);
  /// Only once it is done, or before it was resumed first.
  ~fiber();
  fiber(const fiber&) = delete;
  fiber& operator=(const fiber&) = delete;

  /// Runs it until it waits or has ended. Not from within a fiber. Throws what ended it.
  void resume();
  bool done() const noexcept { return done_; }

  /// The one that runs; null: none does.
  static fiber* current() noexcept;
  /// Of the current one: goes back to whoever resumed it.
  static void wait();

private:
  struct stack;

  static void enter();

  std::function<void()> work_;
  std::unique_ptr<stack> stack_;
  ucontext_t inside_{};
  ucontext_t outside_{};
  std::exception_ptr problem_;
  bool started_ = false;
  bool done_ = false;
};

} // namespace muster::test
