#include "actors/service/http_caller.hpp"

#include "actors/service/http_transfer.hpp"

#include <algorithm>
#include <list>
#include <utility>

namespace muster {

/// What the thread has under way.
class http_caller::transfers {
public:
  transfers(const http_caller& of, CURLM* multi) : of_(of), multi_(multi) {}
  ~transfers() {
    for (const auto& one : all_) {
      curl_multi_remove_handle(multi_, one->handle());
    }
  }
  transfers(const transfers&) = delete;
  transfers& operator=(const transfers&) = delete;

  bool may_begin(const request& what) const {
    const auto most = std::get<http_work>(what.what->what).most_parallel;
    return all_.size() < of_.most_.most_parallel &&
           (most == 0 ||
            static_cast<std::size_t>(std::count_if(all_.begin(), all_.end(), [&](const auto& one) {
              return one->node() == what.what->place.at;
            })) < most);
  }

  void begin(request&& what) {
    all_.push_back(std::make_unique<http_transfer>(of_.allowed_, std::move(what.key),
                                                   std::move(what.what), std::move(what.done)));
    curl_multi_add_handle(multi_, all_.back()->handle());
  }

  /// True: some have ended, which makes room for others.
  bool work() {
    int running = 0;
    curl_multi_perform(multi_, &running);
    bool ended = false;
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg == CURLMSG_DONE) {
        end(message->easy_handle, message->data.result);
        ended = true;
      }
    }
    return ended;
  }

private:
  void end(CURL* handle, CURLcode how) {
    curl_multi_remove_handle(multi_, handle);
    const auto found = std::find_if(all_.begin(), all_.end(),
                                    [handle](const auto& one) { return one->handle() == handle; });
    (*found)->finish(how);
    all_.erase(found);
  }

  const http_caller& of_;
  CURLM* multi_;
  std::list<std::unique_ptr<http_transfer>> all_;
};

http_caller::http_caller(http_allowed allowed, limits most) noexcept
    : allowed_(std::move(allowed)), most_(most) {}

http_caller::~http_caller() {
  {
    const std::lock_guard guard(mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) {
    curl_multi_wakeup(multi_);
    thread_.join();
    curl_multi_cleanup(multi_);
  }
}

bool http_caller::call(std::string key, std::shared_ptr<const left_work> what,
                       work_carrier::report done) {
  const std::lock_guard guard(mutex_);
  if (stopping_ || waiting_.size() >= most_.most_waiting) {
    return false;
  }
  waiting_.push_back({std::move(key), std::move(what), std::move(done)});
  if (multi_ == nullptr) {
    curl_global_init(CURL_GLOBAL_ALL);
    multi_ = curl_multi_init();
    thread_ = std::thread([this] { run(); });
  }
  curl_multi_wakeup(multi_);
  return true;
}

void http_caller::run() {
  constexpr int longest_pause_ms = 60'000;
  transfers all(*this, multi_);
  for (;;) {
    {
      const std::lock_guard guard(mutex_);
      if (stopping_) {
        return;
      }
      std::erase_if(waiting_, [&](request& one) {
        const bool now = all.may_begin(one);
        if (now) {
          all.begin(std::move(one));
        }
        return now;
      });
    }
    if (!all.work()) {
      curl_multi_poll(multi_, nullptr, 0, longest_pause_ms, nullptr);
    }
  }
}

} // namespace muster
