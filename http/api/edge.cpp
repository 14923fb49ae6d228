#include "http/api/edge.hpp"

#include "http/api/errors.hpp"
#include "http/api/router.hpp"

#include <spdlog/spdlog.h>

#include <memory>
#include <utility>

namespace muster::http {

namespace {

/// What a command may take before the wait for it is given up, in milliseconds.
constexpr milliseconds command_time = 10'000;

} // namespace

/// A batch of replies on its way to the reactor. Replies that never run there answer nothing: the
/// reactor has ended, and its connections with it.
class edge::replies final : public posted_work {
public:
  replies(edge& to, std::vector<completion> batch) : to_{to}, batch_{std::move(batch)} {}
  ~replies() override {
    for (auto& each : batch_) {
      each.to.release();
    }
  }
  void run() override {
    for (auto& each : batch_) {
      to_.deliver(std::move(each));
    }
  }

private:
  edge& to_;
  std::vector<completion> batch_;
};

class edge::later_work final : public posted_work {
public:
  later_work(edge& from, exchange_handle to, std::function<void(call&)> work)
      : edge_{from}, to_{to}, work_{std::move(work)} {}
  void run() override {
    if (auto* context = to_.context()) {
      edge_.guarded(to_, [&] { work_(static_cast<call&>(*context)); });
    }
  }

private:
  edge& edge_;
  exchange_handle to_;
  std::function<void(call&)> work_;
};

edge::edge(reactor& home, service& below, const clock_source& clock, const api_options& options,
           edge_limits& limits, endpoint_counters& counters)
    : home_{home}, below_{below}, clock_{clock}, options_{options}, limits_{limits},
      counters_{counters} {}

edge::~edge() = default;

void edge::push(std::vector<completion> batch) noexcept {
  home_.post(std::make_unique<replies>(*this, std::move(batch)));
}

void edge::deliver(completion&& what) {
  const reply_address address = what.to.release();
  const exchange_handle to{home_, static_cast<std::uint32_t>(address.connection), address.request};
  // Whoever waited for it may have gone; a poll has reported that itself.
  if (auto* context = to.context()) {
    guarded(to, [&] { static_cast<call&>(*context).on_reply(std::move(what.what)); });
  }
}

void edge::later(const exchange_handle& to, std::function<void(call&)> work) {
  home_.post(std::make_unique<later_work>(*this, to, std::move(work)));
}

response edge::mistaken(const std::exception& mistake) const {
  spdlog::error("A request failed: {}", mistake.what());
  return device_error(error{error_code::internal, {}}, clock_.now().wall);
}

milliseconds edge::deadline() const {
  return clock_.now().steady + command_time;
}

poll_id edge::next_poll() {
  // The reactor's number keeps the polls of different reactors apart.
  constexpr int reactor_bits = 16;
  return static_cast<poll_id>(++polls_ << reactor_bits | home_.index());
}

void edge::begin_shutdown() {
  class shutdown_work final : public posted_work {
  public:
    explicit shutdown_work(edge& to) : to_{to} {}
    void run() override { to_.end_waiting(); }

  private:
    edge& to_;
  };
  home_.post(std::make_unique<shutdown_work>(*this));
}

void edge::end_waiting() {
  stopping_ = true;
  while (!waiting_.empty()) {
    call& first = *waiting_.front();
    waiting_.pop_front();
    first.waiting_ = false;
    first.on_shutdown();
  }
}

verdict edge::start(exchange& request, const route& target, const path_parameters& path) {
  auto made = target.make();
  call& caller = *made;
  caller.edge_ = this;
  caller.route_ = &target;
  caller.handle_ = request.handle();
  caller.started_ = std::chrono::steady_clock::now();
  request.context() = std::move(made);
  auto decision = caller.on_head(request, path);
  if (decision.what == verdict::kind::refused) {
    count(&target, decision.answer->status, caller.started_);
  }
  return decision;
}

void edge::count(const route* target, int status, std::chrono::steady_clock::time_point started) {
  const auto took = std::chrono::steady_clock::now() - started;
  const auto place = target != nullptr ? target->index : counters_.no_route();
  counters_.count(place, status,
                  static_cast<std::uint64_t>(
                      std::chrono::duration_cast<std::chrono::microseconds>(took).count()));
}

} // namespace muster::http
