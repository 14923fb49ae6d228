#include "actors/rules/engine/body_values.hpp"
#include "actors/rules/nodes/configuration.hpp"
#include "actors/rules/nodes/node_makers.hpp"
#include "actors/rules/nodes/own_device.hpp"
#include "actors/rules/nodes/patterns.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <charconv>

namespace muster {

namespace {

enum class fetch : std::uint8_t { first, last, all };

constexpr std::array<std::pair<std::string_view, std::int64_t>, 5> time_units{{
    {"MILLISECONDS", 1},
    {"SECONDS", 1'000},
    {"MINUTES", 60'000},
    {"HOURS", 3'600'000},
    {"DAYS", 86'400'000},
}};

struct telemetry_fetch {
  std::vector<std::string> keys;
  fetch what = fetch::first;
  /// How long before the message's coming the time begins and ends.
  milliseconds begins_before = 0;
  milliseconds ends_before = 0;
  /// Patterns of the two times; empty: by those above.
  std::string begin_pattern;
  std::string end_pattern;
  bool descending = false;
  aggregation agg = aggregation::none;
  std::uint32_t limit = 1;
};

std::string as_text(const value& what) {
  const auto* text = std::get_if<std::string>(&what);
  return text != nullptr ? *text : json_of(what);
}

/// Adds what the device has sent within a time, and what is no longer in memory, to the metadata.
class telemetry_fetch_node final : public chain_node {
public:
  explicit telemetry_fetch_node(telemetry_fetch how) : how_(std::move(how)) {}

  void on(rule_message message, node_run& run) const override {
    if (!of_own_device(message, run)) {
      return run.fail(std::move(message), "the message's originator is not the device");
    }
    history_work work;
    for (const auto& pattern : how_.keys) {
      work.keys.push_back(fill_pattern(pattern, message));
    }
    const auto begin = time_of(how_.begin_pattern, how_.begins_before, message, run.now().wall);
    const auto end = time_of(how_.end_pattern, how_.ends_before, message, run.now().wall);
    if (!begin || !end) {
      return run.fail(std::move(message), "the interval's pattern gives no time");
    }
    if (*begin > *end) {
      return run.fail(std::move(message), "Interval start should be less than Interval end");
    }
    work.start = *begin;
    work.end = *end;
    work.agg = how_.agg;
    work.limit = how_.limit;
    work.descending = how_.descending;
    if (auto left = run.later(std::move(work), message); !left) {
      run.fail(std::move(message), left.error().message);
    }
  }

  void resume(rule_message message, work_outcome&& outcome, node_run& run) const override {
    if (auto* failed = std::get_if<work_failed>(&outcome)) {
      return run.fail(std::move(message), std::move(failed->why));
    }
    for (const auto& [key, points] : std::get<history_found>(outcome).points) {
      if (!points.empty()) {
        message.metadata[key] = how_.what == fetch::all ? listed(points) : quoted(points.front());
      }
    }
    run.tell(relations::success, std::move(message));
  }

private:
  static std::optional<timestamp> time_of(const std::string& pattern, milliseconds before,
                                          const rule_message& message, timestamp now) {
    if (pattern.empty()) {
      return now - before;
    }
    const std::string text = fill_pattern(pattern, message);
    timestamp read = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), read);
    return failed == std::errc{} && end == text.data() + text.size() ? std::optional(read)
                                                                     : std::nullopt;
  }

  /// With quotation marks, as the reference has it.
  static std::string quoted(const data_point& point) { return json_of(as_text(point.val)); }

  static std::string listed(const std::vector<data_point>& points) {
    std::string text = "[";
    for (const auto& one : points) {
      text += (text.size() > 1 ? "," : "") + std::string("{\"ts\":") + std::to_string(one.ts) +
              ",\"value\":" + json_of(one.val) + "}";
    }
    return text + "]";
  }

  const telemetry_fetch how_;
};

milliseconds span_of(configuration_reader& from, std::string_view number, std::string_view unit,
                     std::int64_t usual) {
  std::vector<std::string_view> names;
  for (const auto& one : time_units) {
    names.push_back(one.first);
  }
  constexpr std::int64_t most = 3'650'000;
  const std::int64_t count = from.number(number, usual);
  if (count < 0 || count > most) {
    from.refuse(number, "is not between 0 and " + std::to_string(most));
    return 0;
  }
  return count * time_units[from.choice(unit, names, 2)].second;
}

void read_interval(configuration_reader& from, telemetry_fetch& into) {
  into.begins_before = span_of(from, "startInterval", "startIntervalTimeUnit", 2);
  into.ends_before = span_of(from, "endInterval", "endIntervalTimeUnit", 1);
  if (!from.flag("useMetadataIntervalPatterns", false)) {
    if (into.begins_before <= into.ends_before) {
      from.refuse("startInterval", "does not lie before endInterval");
    }
    return;
  }
  into.begin_pattern = from.text("startIntervalPattern");
  into.end_pattern = from.text("endIntervalPattern");
  for (const auto& [name, text] : {std::pair("startIntervalPattern", &into.begin_pattern),
                                   std::pair("endIntervalPattern", &into.end_pattern)}) {
    if (text->empty()) {
      from.refuse(name, "is missing");
    }
  }
}

} // namespace

result<std::unique_ptr<chain_node>> make_telemetry_fetch(const node_settings& settings) {
  configuration_reader from(settings.configuration);
  telemetry_fetch how;
  how.keys = from.texts("latestTsKeyNames");
  if (how.keys.empty()) {
    from.refuse("latestTsKeyNames", "names nothing");
  }
  how.what = static_cast<fetch>(from.choice("fetchMode", {"FIRST", "LAST", "ALL"}, 0));
  read_interval(from, how);
  how.descending = how.what == fetch::last;
  if (how.what == fetch::all) {
    how.descending = from.choice("orderBy", {"ASC", "DESC"}, 0) == 1;
    how.agg = static_cast<aggregation>(
        from.choice("aggregation", {"NONE", "MIN", "MAX", "AVG", "SUM", "COUNT"}, 0));
    const std::int64_t limit = from.number("limit", 1'000);
    if (limit < 2 || limit > 1'000) {
      from.refuse("limit", "is not between 2 and 1000");
    }
    how.limit = static_cast<std::uint32_t>(limit);
  }
  return from.end().map([&]() -> std::unique_ptr<chain_node> {
    return std::make_unique<telemetry_fetch_node>(std::move(how));
  });
}

} // namespace muster
