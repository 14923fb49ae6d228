#include "persistence/reader_pool/reader_pool.hpp"

#include <spdlog/spdlog.h>

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace muster::persistence {

class reader_pool::state {
public:
  explicit state(reader_pool_options options) : options_(options) {
    threads_.reserve(options.threads);
    for (std::size_t i = 0; i < options.threads; ++i) {
      threads_.emplace_back([this] { serve(); });
    }
  }

  ~state() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    wake_.notify_all();
    for (auto& thread : threads_) {
      thread.join();
    }
  }

  bool run(std::function<void()> work) {
    {
      const std::lock_guard lock(mutex_);
      if (ending_ || queue_.size() >= options_.max_queued) {
        ++counters_.refused;
        return false;
      }
      queue_.push_back(std::move(work));
    }
    wake_.notify_one();
    return true;
  }

  counters stats() const {
    const std::lock_guard lock(mutex_);
    counters now = counters_;
    now.queued = queue_.size();
    return now;
  }

private:
  void serve() {
    std::unique_lock lock(mutex_);
    for (;;) {
      wake_.wait(lock, [this] { return ending_ || !queue_.empty(); });
      if (queue_.empty()) {
        return;
      }
      std::function<void()> work = std::move(queue_.front());
      queue_.pop_front();
      lock.unlock();
      const bool failed = !carry_out(work);
      // What the work holds (reply handles) ends here, outside the lock.
      work = nullptr;
      lock.lock();
      ++counters_.done;
      counters_.failures += failed ? 1 : 0;
    }
  }

  static bool carry_out(const std::function<void()>& work) noexcept {
    try {
      work();
      return true;
    } catch (const std::exception& e) {
      spdlog::error("a read failed: {}", e.what());
    } catch (...) {
      spdlog::error("a read failed with an unknown exception");
    }
    return false;
  }

  reader_pool_options options_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  counters counters_;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

reader_pool::reader_pool(reader_pool_options options) : state_(std::make_unique<state>(options)) {}

reader_pool::~reader_pool() = default;

bool reader_pool::run(std::function<void()> work) {
  return state_->run(std::move(work));
}

reader_pool::counters reader_pool::stats() const noexcept {
  return state_->stats();
}

} // namespace muster::persistence
