#include "tools/bench/load.hpp"

#include <algorithm>
#include <vector>

namespace muster::bench {
namespace {

constexpr std::int64_t second = 1'000'000'000;
/// How long an open loop goes on after its end to send and receive what was due before.
constexpr std::int64_t drain_limit = 10 * second;

class load final : client_events {
public:
  load(const load_options& options, request_source& what)
      : options_(options), what_(what), connections_(options.where, options.connections, *this) {}

  load_result run() {
    start_ = now_nanoseconds();
    measured_from_ = start_ + (options_.once ? 0 : nanoseconds(options_.warm_up));
    end_ = options_.once ? INT64_MAX / 2 : measured_from_ + nanoseconds(options_.duration);
    if (options_.rate > 0)
      open_loop();
    else
      closed_loop();
    result_.seconds = static_cast<double>(std::min(end_, now_nanoseconds()) - measured_from_) /
                      static_cast<double>(second);
    result_.rate = static_cast<double>(result_.answers) / result_.seconds;
    return result_;
  }

private:
  static std::int64_t nanoseconds(double seconds) {
    return static_cast<std::int64_t>(seconds * static_cast<double>(second));
  }

  void closed_loop() {
    for (std::size_t i = 0; i < connections_.size() && more_to_send(); ++i)
      send(connections_.at(i), now_nanoseconds());
    while (under_way_ > 0 && now_nanoseconds() < end_ + drain_limit)
      connections_.poll(second / 10);
    result_.lost += under_way_;
  }

  void open_loop() {
    for (std::size_t i = connections_.size(); i > 0; --i)
      idle_.push_back(&connections_.at(i - 1));
    double interval = static_cast<double>(second) / options_.rate;
    std::uint64_t due = 0;
    while (true) {
      std::int64_t now = now_nanoseconds();
      std::int64_t next = start_ + static_cast<std::int64_t>(static_cast<double>(due) * interval);
      for (; next <= now && next < end_ && !idle_.empty() && more_to_send();
           next = start_ + static_cast<std::int64_t>(static_cast<double>(++due) * interval)) {
        connection& on = *idle_.back();
        idle_.pop_back();
        send(on, next);
      }
      bool all_sent = next >= end_ || !more_to_send();
      if ((all_sent && under_way_ == 0) || now > end_ + drain_limit)
        break;
      connections_.poll(idle_.empty() || all_sent ? second / 10
                                                  : std::max<std::int64_t>(next - now, 0));
    }
    for (; start_ + static_cast<std::int64_t>(static_cast<double>(due) * interval) < end_ &&
           more_to_send();
         ++due)
      ++result_.unsent;
    result_.lost += under_way_;
  }

  bool more_to_send() const { return what_.more(); }

  void send(connection& on, std::int64_t intended) {
    on.intended = intended;
    request_.clear();
    what_.next(request_);
    ++under_way_;
    connections_.send(on, request_);
  }

  void go_on(connection& on, std::int64_t now) {
    --under_way_;
    if (options_.rate > 0)
      idle_.push_back(&on);
    else if (now < end_ && more_to_send())
      send(on, now);
  }

  void answered(connection& on, const response& what) override {
    std::int64_t now = now_nanoseconds();
    if (what.status != 200) {
      ++result_.refused[what.status];
    } else if (options_.rate > 0 ? on.intended >= measured_from_
                                 : now >= measured_from_ && now < end_) {
      ++result_.answers;
      result_.latencies.record(now - on.intended);
    }
    go_on(on, now);
  }

  void lost(connection& on, bool unanswered, std::string_view) override {
    if (!unanswered)
      return;
    ++result_.lost;
    go_on(on, now_nanoseconds());
  }

  const load_options& options_;
  request_source& what_;
  std::string request_;
  client connections_;
  std::vector<connection*> idle_;
  std::int64_t start_ = 0;
  std::int64_t measured_from_ = 0;
  std::int64_t end_ = 0;
  std::uint64_t under_way_ = 0;
  load_result result_;
};

} // namespace

load_result run_load(const load_options& options, request_source& what) {
  return load(options, what).run();
}

} // namespace muster::bench
