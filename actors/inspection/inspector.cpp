#include "actors/inspection/inspector.hpp"

#include "actors/inspection/report_parts.hpp"
#include "actors/inspection/rule_event_report.hpp"

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include <map>
#include <memory>
#include <set>
#include <utility>

namespace muster {

namespace {

using wish = inspect_device::wish;

} // namespace

inspector::inspector(dependencies needs)
    : needs_(std::move(needs)), started_(needs_.clock.now().steady), refused_(&needs_.events) {}

void inspector::answer(inspect&& what, reply_handle to) {
  if (what.who.role != authority::system_administrator) {
    return to.answer(
        error{error_code::forbidden, "You don't have permission to perform this operation!"});
  }
  static const std::set<std::string_view> levers{"activate", "passivate", "drop",
                                                 "release",  "log",       "backup"};
  if (levers.contains(what.what) && !what.may_change) {
    return to.answer(
        error{error_code::invalid, "\"" + what.what + "\" changes something: POST it"});
  }
  if (!about_node(what, to) && !about_device(what, to)) {
    to.answer(
        error{error_code::not_found, "there is nothing to be asked as \"" + what.what + "\""});
  }
}

bool inspector::about_node(const inspect& what, reply_handle& to) {
  using simple = json (inspector::*)() const;
  static const std::map<std::string_view, simple> reports{{"status", &inspector::status_report},
                                                          {"journal", &inspector::journal_report},
                                                          {"shards", &inspector::shards_report},
                                                          {"cluster", &inspector::cluster_report},
                                                          {"config", &inspector::config_report}};
  if (const auto found = reports.find(what.what); found != reports.end()) {
    to.answer(as_inspected((this->*found->second)()));
    return true;
  }
  if (what.what == "actors") {
    auto report = actors_report(what);
    to.answer(report ? as_inspected(*report) : reply(std::move(report.error())));
  } else if (what.what == "chains") {
    auto report = chains_report(what);
    to.answer(report ? as_inspected(*report) : reply(std::move(report.error())));
  } else if (what.what == "rpc") {
    gather_rpcs(what, std::move(to));
  } else if (what.what == "polls") {
    gather_polls(what, std::move(to));
  } else if (what.what == "recorder") {
    ask_recorder(what, std::move(to));
  } else if (what.what == "debug") {
    ask_debug(what, std::move(to));
  } else if (what.what == "backup") {
    write_backup(parameter(what, "folder"), std::move(to));
  } else if (what.what == "log") {
    const auto level = spdlog::level::from_str(parameter(what, "level"));
    if (level == spdlog::level::off) {
      to.answer(error{error_code::invalid, "level is one of trace, debug, info, warning, error"});
    } else {
      spdlog::set_level(level);
      to.answer(as_inspected({{"level", parameter(what, "level")}}));
    }
  } else {
    return false;
  }
  return true;
}

bool inspector::about_device(const inspect& what, reply_handle& to) {
  static const std::map<std::string_view, wish> wishes{{"activate", wish::report},
                                                       {"passivate", wish::passivate},
                                                       {"drop", wish::drop},
                                                       {"release", wish::release},
                                                       {"trace", wish::trace}};
  const auto found = wishes.find(what.what);
  const bool whole = what.what == "device";
  if (found == wishes.end() && what.what != "why" && !whole) {
    return false;
  }
  const auto after = number(what, "after", 0);
  if (!after) {
    to.answer(after.error());
    return true;
  }
  if (found == wishes.end()) {
    find(parameter(what, "device"), std::move(to),
         [this, whole](const device_id& device, reply_handle h) {
           whole ? ask_device(device, std::move(h)) : why(device, std::move(h));
         });
    return true;
  }
  find(parameter(what, "device"), std::move(to),
       [this, asked = inspect_device{found->second, *after}](
           const device_id& device, reply_handle h) { ask_actor(device, asked, std::move(h)); });
  return true;
}

void inspector::ask_debug(const inspect& what, reply_handle to) {
  constexpr std::size_t usual = 20;
  const auto most = rows_wanted(what, usual);
  if (!most) {
    return to.answer(most.error());
  }
  auto handle = std::make_shared<reply_handle>(std::move(to));
  const wanted_events wanted{parameter(what, "rule"), parameter(what, "errors") == "true", *most};
  const bool queued = needs_.read([this, handle, wanted] {
    auto report = describe_rule_events(needs_.rows, wanted);
    handle->answer(report ? as_inspected(*report) : reply(std::move(report.error())));
  });
  if (!queued) {
    handle->answer(error{error_code::overloaded, {}});
  }
}

void inspector::write_backup(std::string folder, reply_handle to) {
  auto handle = std::make_shared<reply_handle>(std::move(to));
  const bool queued = needs_.read([this, handle, folder = std::move(folder)] {
    const auto done = needs_.backup(folder);
    if (!done) {
      return handle->answer(done.error());
    }
    spdlog::info("A backup was written to {} in {} ms", folder, done->second);
    handle->answer(as_inspected(
        {{"folder", folder}, {"packages", done->first}, {"milliseconds", done->second}}));
  });
  if (!queued) {
    handle->answer(error{error_code::overloaded, {}});
  }
}

void inspector::tick() {
  const milliseconds now = needs_.clock.now().steady;
  bool due = open_.load();
  if (due) {
    const std::lock_guard guard(rates_lock_);
    due = rates_.due(now);
  }
  if (due) {
    const auto counters = counters_of(needs_.status());
    const std::lock_guard guard(rates_lock_);
    rates_.add(now, counters);
  }
  const milliseconds until = times_until_.load();
  if (until != 0 && until < now) {
    times_until_ = 0;
    needs_.devices.take_times(false);
    needs_.rules.take_times(false);
  }
}

} // namespace muster
