#include "actors/service/password_worker.hpp"

#include "actors/service/password.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace muster {

namespace {

/// Whoever would wait longer is refused.
constexpr milliseconds longest_wait = 5'000;
/// However slow the machine is.
constexpr std::size_t fewest_places = 4;
/// However fast it is: bounds the memory of what waits.
constexpr std::size_t most_places = 128;

/// How many may wait when each takes as long as the last one.
std::size_t places(milliseconds each) noexcept {
  const auto fitting = static_cast<std::size_t>(longest_wait / std::max<milliseconds>(each, 1));
  return std::clamp(fitting, fewest_places, most_places);
}

} // namespace

class password_worker::state {
public:
  explicit state(const clock_source& clock) : clock_(clock), thread_([this] { run(); }) {}

  ~state() {
    {
      std::lock_guard guard(mutex_);
      ending_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }

  bool enqueue(std::function<void()> work) {
    {
      std::lock_guard guard(mutex_);
      if (waiting_.size() >= places(last_)) {
        return false;
      }
      waiting_.push_back(std::move(work));
    }
    wake_.notify_one();
    return true;
  }

private:
  void run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      wake_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
      if (ending_) {
        return;
      }
      auto work = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      const milliseconds began = clock_.now().steady;
      work();
      work = nullptr;
      const milliseconds took = clock_.now().steady - began;
      lock.lock();
      last_ = took;
    }
  }

  const clock_source& clock_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> waiting_;
  milliseconds last_ = 0;
  bool ending_ = false;
  std::thread thread_;
};

password_worker::password_worker(const clock_source& clock)
    : state_(std::make_unique<state>(clock)) {}
password_worker::~password_worker() = default;

bool password_worker::verify(std::string password, std::string hash,
                             std::function<void(bool)> decided) {
  return state_->enqueue(
      [password = std::move(password), hash = std::move(hash), decided = std::move(decided)] {
        decided(verify_password(password, hash));
      });
}

bool password_worker::hash(std::string password, std::function<void(result<std::string>)> made) {
  return state_->enqueue(
      [password = std::move(password), made = std::move(made)] { made(hash_password(password)); });
}

} // namespace muster
