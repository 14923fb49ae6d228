#pragma once

#include "actors/model/command.hpp"
#include "actors/model/reply.hpp"
#include "actors/model/time.hpp"
#include "actors/service/service.hpp"
#include "http/api/call.hpp"
#include "http/api/endpoint_metrics.hpp"
#include "http/api/options.hpp"
#include "http/limits/edge_limits.hpp"
#include "http/server/reactor.hpp"

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <list>
#include <vector>

namespace muster::http {

/// One reactor's border to what lies below: where replies come back, where waiting calls are known
/// and requests counted. Lives as long as the application; members on the reactor's thread unless
/// they say otherwise.
class edge final : public reply_sink {
public:
  /// All reactors' edges share the limits.
  edge(reactor& home, service& below, const clock_source& clock, const api_options& options,
       edge_limits& limits, endpoint_counters& counters);
  ~edge() override;

  /// Takes replies from any thread; renders them on the reactor's, one wake-up a batch.
  void push(std::vector<completion> batch) noexcept override;

  /// Runs `work` with the call of that exchange on the reactor's thread, unless it is over. From
  /// any thread; for what is answered otherwise than by a reply (token look-ups, passwords).
  void later(const exchange_handle& to, std::function<void(call&)> work);

  [[nodiscard]] service& below() const { return below_; }
  [[nodiscard]] const clock_source& clock() const { return clock_; }
  [[nodiscard]] const api_options& options() const { return options_; }
  [[nodiscard]] edge_limits& limits() const { return limits_; }
  /// The deadline of a command that starts now, on the steady clock.
  [[nodiscard]] milliseconds deadline() const;
  /// A new name for a parked poll.
  [[nodiscard]] poll_id next_poll();

  /// From now on no call waits: those that do are told `on_shutdown`. Any thread.
  void begin_shutdown();
  [[nodiscard]] bool stopping() const { return stopping_; }

  /// Makes the call of a request and lets it see the head; `request.context()` holds it afterwards.
  verdict start(exchange& request, const route& target, const path_parameters& path);
  /// Counts an answer of a route, or of none.
  void count(const route* target, int status, std::chrono::steady_clock::time_point started);

  /// Runs `work`; what it throws is logged and answered 500, so that no request takes a reactor
  /// with it.
  template <class Work>
  void guarded(const exchange_handle& to, Work&& work) {
    try {
      work();
    } catch (const std::exception& mistake) {
      to.respond(mistaken(mistake));
    }
  }
  /// Logs what should not have happened; the answer to it.
  [[nodiscard]] response mistaken(const std::exception& mistake) const;

private:
  friend class call;
  class replies;
  class later_work;

  void deliver(completion&& what);
  void end_waiting();

  reactor& home_;
  service& below_;
  const clock_source& clock_;
  const api_options& options_;
  edge_limits& limits_;
  endpoint_counters& counters_;
  std::list<call*> waiting_;
  std::uint64_t polls_ = 0;
  bool stopping_ = false;
};

} // namespace muster::http
