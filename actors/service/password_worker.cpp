#include "actors/service/password_worker.hpp"

#include "actors/service/password.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace muster {

namespace {

constexpr std::size_t places = 4;

} // namespace

class password_worker::state {
public:
  state() : thread_([this] { run(); }) {}

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
      if (waiting_.size() >= places) {
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
      work();
      work = nullptr;
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> waiting_;
  bool ending_ = false;
  std::thread thread_;
};

password_worker::password_worker() : state_(std::make_unique<state>()) {}
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
