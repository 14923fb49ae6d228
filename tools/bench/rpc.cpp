#include "tools/bench/rpc.hpp"

#include "tools/bench/application.hpp"

#include <algorithm>
#include <vector>

namespace muster::bench {
namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t drain_limit = 10 * second;

/// Value of the member "id" of an RPC as it is given to a device; empty: not there.
std::string_view rpc_number(std::string_view body) {
  auto at = body.find("\"id\":");
  if (at == std::string_view::npos)
    return {};
  auto digits = body.substr(at + 5);
  return digits.substr(0, digits.find_first_not_of("0123456789"));
}

/// Connections 0 to devices - 1 are the devices', the others the applications'.
class scenario final : client_events {
public:
  scenario(const rpc_options& options, const fleet& devices)
      : options_(options), devices_(devices),
        client_(options.where, devices.size() + options.callers, *this, devices.size(),
                options.device_port.value_or(options.where.port)) {}

  rpc_result run() {
    park_polls();
    wait_until(now_nanoseconds() + nanoseconds(options_.settle));
    if (options_.process)
      result_.with_polls = read_memory(*options_.process);
    if (options_.rate > 0)
      call();
    return result_;
  }

private:
  static std::int64_t nanoseconds(double seconds) {
    return static_cast<std::int64_t>(seconds * static_cast<double>(second));
  }

  void wait_until(std::int64_t end) {
    for (std::int64_t now = now_nanoseconds(); now < end; now = now_nanoseconds())
      client_.poll(end - now);
  }

  void park_polls() {
    std::int64_t start = now_nanoseconds();
    for (std::size_t i = 0; i < devices_.size(); ++i) {
      wait_until(start + nanoseconds(static_cast<double>(i) / options_.arrivals));
      poll_as_device(client_.at(i));
    }
  }

  void call() {
    for (std::size_t i = devices_.size(); i < client_.size(); ++i)
      idle_.push_back(&client_.at(i));
    std::int64_t start = now_nanoseconds();
    measured_from_ = start + nanoseconds(options_.warm_up);
    std::int64_t end = measured_from_ + nanoseconds(options_.duration);
    std::uint64_t due = 0;
    auto time_of = [&](std::uint64_t n) {
      return start + nanoseconds(static_cast<double>(n) / options_.rate);
    };
    std::int64_t now = start;
    for (; now < end + drain_limit; now = now_nanoseconds()) {
      for (; time_of(due) <= now && time_of(due) < end && !idle_.empty(); ++due)
        send_call(due, time_of(due));
      if (time_of(due) >= end && idle_.size() == options_.callers)
        break;
      bool nothing_due = idle_.empty() || time_of(due) >= end;
      client_.poll(nothing_due ? second / 10 : std::max<std::int64_t>(time_of(due) - now, 0));
    }
    for (; time_of(due) < end; ++due)
      ++result_.unanswered;
    result_.unanswered += options_.callers - idle_.size();
  }

  void send_call(std::uint64_t number, std::int64_t intended) {
    connection& on = *idle_.back();
    idle_.pop_back();
    on.intended = intended;
    std::string path = "/api/plugins/rpc/twoway/";
    path.append(devices_.at(number % devices_.size()).id);
    client_.send(on, make_request("POST", path, options_.where, options_.access_token,
                                  R"({"method":"setValue","params":{"pin":7,"value":1}})"));
  }

  std::string device_path(const connection& on) const {
    return "/api/v1/" + std::string(devices_.at(on.index()).token) + "/rpc";
  }

  void poll_as_device(connection& on) {
    client_.send(on,
                 make_request("GET", device_path(on) + "?timeout=300000", options_.where, {}, {}));
    on.tag = polling;
  }

  void answered(connection& on, const response& what) override {
    if (on.index() < devices_.size())
      device_answered(on, what);
    else
      call_answered(on, what);
  }

  void device_answered(connection& on, const response& what) {
    auto number = rpc_number(what.body);
    if (on.tag == polling && what.status == 200 && !number.empty()) {
      on.tag = answering;
      client_.send(on, make_request("POST", device_path(on) + "/" + std::string(number),
                                    options_.where, {}, R"({"value":1})"));
      return;
    }
    if (what.status != 200 && what.status != 408)
      ++result_.refused_devices[what.status];
    poll_as_device(on);
  }

  void call_answered(connection& on, const response& what) {
    if (what.status != 200) {
      ++result_.refused_calls[what.status];
    } else if (on.intended >= measured_from_) {
      ++result_.answers;
      result_.latencies.record(now_nanoseconds() - on.intended);
    }
    idle_.push_back(&on);
  }

  void lost(connection& on, bool unanswered, std::string_view) override {
    if (!unanswered)
      return;
    ++result_.lost;
    if (on.index() < devices_.size())
      poll_as_device(on);
    else
      idle_.push_back(&on);
  }

  static constexpr std::uint64_t polling = 0;
  static constexpr std::uint64_t answering = 1;

  const rpc_options& options_;
  const fleet& devices_;
  rpc_result result_;
  client client_;
  std::vector<connection*> idle_;
  std::int64_t measured_from_ = 0;
};

} // namespace

rpc_result run_rpc(const rpc_options& options, const fleet& devices) {
  std::optional<memory_reading> before;
  if (options.process)
    before = read_memory(*options.process);
  rpc_result result = scenario(options, devices).run();
  result.before_polls = before;
  return result;
}

} // namespace muster::bench
