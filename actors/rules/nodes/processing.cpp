#include "actors/rules/nodes/processing.hpp"

#include "actors/rules/nodes/configuration.hpp"

#include <nlohmann/json.hpp>

namespace muster {

namespace {

constexpr std::int64_t day_seconds = 86'400;

result<processing> read_simple(const nlohmann::json& settings, std::string_view none) {
  configuration_reader from(settings);
  const std::string type = from.text("type");
  if (type == "ON_EVERY_MESSAGE") {
    return processing{};
  }
  if (type == none) {
    return processing{processing::kind::none};
  }
  if (type != "DEDUPLICATE") {
    return fail(error_code::invalid, "processingSettings.type \"" + type + "\" is not known");
  }
  const std::int64_t seconds = from.number("deduplicationIntervalSecs", 60);
  if (seconds < 1 || seconds > day_seconds) {
    from.refuse("processingSettings.deduplicationIntervalSecs", "is not between 1 and a day");
  }
  return from.end().map([&] {
    return processing{processing::kind::first_of_interval, seconds * 1'000};
  });
}

/// Nobody looks on and nothing is calculated here: what is said of those two makes no difference.
result<processing> read_advanced(const nlohmann::json& settings) {
  const auto part = [&](const char* name) -> result<processing> {
    const auto found = settings.find(name);
    if (found == settings.end() || !found->is_object()) {
      return fail(error_code::invalid,
                  "processingSettings." + std::string(name) + " is not an object");
    }
    return read_simple(*found, "SKIP");
  };
  const auto history = part("timeseries");
  const auto latest = part("latest");
  if (!history || !latest) {
    return history ? latest : history;
  }
  if (*history != *latest) {
    return fail(error_code::invalid,
                "processingSettings: history without latest values is not supported yet");
  }
  return *history;
}

} // namespace

bool processing::same_interval(timestamp a, timestamp b) const noexcept {
  return a / interval_ms == b / interval_ms;
}

result<processing> read_processing(const nlohmann::json* settings) {
  if (settings == nullptr) {
    return processing{};
  }
  if (!settings->is_object()) {
    return fail(error_code::invalid, "processingSettings is not an object");
  }
  const auto type = settings->find("type");
  return type != settings->end() && *type == "ADVANCED" ? read_advanced(*settings)
                                                        : read_simple(*settings, "WEBSOCKETS_ONLY");
}

} // namespace muster
