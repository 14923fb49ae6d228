#include "actors/inspection/diagnosis.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>

namespace muster {

namespace {

using json = nlohmann::ordered_json;

/// A device's clock that is further off than this is wrong, not only late with its messages.
constexpr milliseconds clock_ahead = 300'000;
constexpr milliseconds clock_behind = 7 * 24 * 3'600'000LL;
/// A device that asks shorter than this is away most of the time.
constexpr milliseconds short_poll = 5'000;
constexpr std::size_t many_rpcs = 900;

std::string span_text(milliseconds span) {
  const milliseconds seconds = std::max<milliseconds>(0, span) / 1'000;
  if (seconds < 120) {
    return std::to_string(seconds) + " s";
  }
  if (seconds < 7'200) {
    return std::to_string(seconds / 60) + " min";
  }
  return seconds < 172'800 ? std::to_string(seconds / 3'600) + " h"
                           : std::to_string(seconds / 86'400) + " days";
}

class diagnosis {
public:
  diagnosis(const json& report, const diagnosis_facts& facts) : report_(report), facts_(facts) {}

  std::vector<finding> run() {
    if (!facts_.store_trouble.empty()) {
      add("store_refuses_writes", "The node's store refuses writes: " + facts_.store_trouble);
    }
    actor();
    if (report_.value("exists", false)) {
      refused();
      connection();
      clock();
      rpcs();
      attributes();
    }
    return std::move(found_);
  }

private:
  void add(std::string_view cause, std::string text) { found_.push_back({cause, std::move(text)}); }

  std::string ago(timestamp at) const { return span_text(facts_.now - at) + " ago"; }

  void actor() {
    const std::string phase = report_.value("phase", "");
    if (phase == "quarantined") {
      add("quarantined", "The device failed five times in a minute and is out of service until "
                         "the node is started anew or it is released; the node's log says why");
    } else if (phase == "loading") {
      add("loading", "The device's rows are being read, or wait for commits under way");
    }
  }

  void refused() {
    const auto& wrong = facts_.wrong_credentials;
    if (wrong.times > 0) {
      add("old_credentials", std::to_string(wrong.times) +
                                 " requests came with credentials that are not the device's any "
                                 "more, the last " +
                                 ago(wrong.last));
    }
    const auto& limited = facts_.over_limit;
    if (limited.times > 0) {
      add("rate_limited", std::to_string(limited.times) +
                              " requests were over a rate limit of the device or its tenant, the "
                              "last " +
                              ago(limited.last));
    }
  }

  void connection() {
    const auto& activity = report_.at("activity");
    const timestamp last = activity.value("lastActivityTime", timestamp{0});
    if (last == 0 && !activity.value("active", false)) {
      add("never_connected", "The device has never sent anything");
    } else if (!activity.value("active", false)) {
      add("inactive", "The device has been silent: it was heard last " + ago(last));
    }
  }

  void clock() {
    const timestamp heard =
        std::max(report_.at("activity").value("lastActivityTime", timestamp{0}), timestamp{0});
    timestamp newest = 0;
    for (const auto& one : report_.at("latest")) {
      newest = std::max(newest, one.value("ts", timestamp{0}));
    }
    if (newest > facts_.now + clock_ahead) {
      add("clock_ahead", "The device's newest telemetry lies " + span_text(newest - facts_.now) +
                             " in the future: its clock is wrong");
    } else if (newest > 0 && heard > 0 && newest < heard - clock_behind) {
      add("clock_behind", "The device was heard " + ago(heard) +
                              ", but its newest telemetry says " + span_text(heard - newest) +
                              " before that: its clock is wrong");
    }
  }

  bool polls(std::string_view kind) const {
    const auto& all = report_.at("polls");
    return std::any_of(all.begin(), all.end(),
                       [&](const json& one) { return one.at("kind") == kind; });
  }

  void rpcs() {
    std::size_t queued = 0;
    std::size_t unanswered = 0;
    milliseconds oldest = 0;
    for (const auto& one : report_.at("rpcs")) {
      const bool waits = one.at("state") == "queued";
      queued += waits ? 1 : 0;
      unanswered += one.at("state") == "delivered" ? 1 : 0;
      oldest = waits ? std::max(oldest, one.value("age", milliseconds{0})) : oldest;
    }
    if (queued > 0 && !polls("rpc")) {
      waiting(queued, oldest);
    }
    if (unanswered > 0) {
      add("rpc_unanswered", std::to_string(unanswered) +
                                " RPCs were delivered and not answered: the device replies late, "
                                "not at all, or to another number");
    }
    if (facts_.expired_undelivered > 0) {
      add("rpc_expired", std::to_string(facts_.expired_undelivered) +
                             " persistent RPCs expired before the device asked for one, the last " +
                             ago(facts_.last_expired));
    }
    if (report_.at("rpcs").size() >= many_rpcs) {
      add("mailbox_full", "The device's mailbox of RPCs is full: new ones are refused");
    }
  }

  void waiting(std::size_t queued, milliseconds oldest) {
    const auto& poll = report_.at("lastRpcPoll");
    const std::string what =
        std::to_string(queued) + " RPCs wait, the oldest for " + span_text(oldest) + ": ";
    if (poll.is_null()) {
      add("never_polled", what + "the device has not asked for RPCs since it came to memory");
    } else if (poll.value("timeout", milliseconds{0}) < short_poll) {
      add("polls_too_short", what + "the device asks, but waits only " +
                                 std::to_string(poll.value("timeout", milliseconds{0})) +
                                 " ms each time, the last " +
                                 span_text(poll.value("age", milliseconds{0})) + " ago");
    } else {
      add("stopped_polling", what + "the device last asked for RPCs " +
                                 span_text(poll.value("age", milliseconds{0})) + " ago");
    }
  }

  void attributes() {
    const auto& shared = report_.at("sharedAttributes");
    const bool some = !report_.at("attributes").at("SHARED_SCOPE").empty();
    if (some && !shared.value("everPolled", false)) {
      add("never_polled_attributes",
          "The device has never asked for updates of shared attributes: it is told of changes "
          "from its first poll on");
    } else if (shared.value("everPolled", false) && !polls("attributes") &&
               shared.at("told") < shared.at("newestChange")) {
      add("attributes_wait", "Changes of shared attributes wait for the device's next poll");
    }
  }

  const json& report_;
  const diagnosis_facts& facts_;
  std::vector<finding> found_;
};

} // namespace

std::vector<finding> diagnose(const nlohmann::ordered_json& report, const diagnosis_facts& facts) {
  return diagnosis(report, facts).run();
}

} // namespace muster
