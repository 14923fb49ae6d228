#include "actors/rules/engine/body_values.hpp"
#include "actors/rules/engine/message_types.hpp"
#include "actors/rules/nodes/configuration.hpp"
#include "actors/rules/nodes/node_makers.hpp"
#include "actors/rules/nodes/own_device.hpp"
#include "actors/rules/nodes/processing.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

namespace muster {

namespace {

struct save_telemetry_settings {
  std::int64_t default_ttl_seconds = 0;
  bool server_time = false;
  processing which;
};

class save_telemetry_node final : public chain_node {
public:
  explicit save_telemetry_node(save_telemetry_settings settings) : settings_(settings) {}

  void on(rule_message message, node_run& run) const override {
    if (message.type != message_types::post_telemetry) {
      std::string why = "Unsupported msg type: " + message.type;
      return run.fail(std::move(message), std::move(why));
    }
    if (!of_own_device(message, run)) {
      return run.fail(std::move(message), "the message's originator is not the device");
    }
    std::vector<telemetry_entry> entries;
    if (!read(message.data.text(), message_time(message), entries) || entries.empty()) {
      return run.fail(std::move(message), "Msg body is empty or is no telemetry");
    }
    const std::int64_t ttl = time_to_live(message);
    for (auto& entry : entries) {
      if (settings_.server_time) {
        entry.ts = run.now().wall;
      }
      if (is_wanted(entry, run.device())) {
        run.device().save(std::move(entry), ttl);
      }
    }
    run.tell(relations::success, std::move(message));
  }

  node_forecast foresee(std::string_view type) const override {
    const bool as_usual = settings_.which == processing{} && settings_.default_ttl_seconds == 0 &&
                          !settings_.server_time && type == message_types::post_telemetry;
    return {as_usual ? node_forecast::kind::saves_telemetry : node_forecast::kind::unknown,
            relations::success};
  }

private:
  /// The device's latest values tell what its interval has already.
  bool is_wanted(const telemetry_entry& entry, const rule_device& device) const {
    const auto& which = settings_.which;
    if (which.what != processing::kind::first_of_interval) {
      return which.what == processing::kind::every_message;
    }
    return !std::all_of(entry.values.begin(), entry.values.end(), [&](const key_value& one) {
      const auto* held = device.latest(one.key);
      return held != nullptr && which.same_interval(held->ts, *entry.ts);
    });
  }

  /// `{key: value}`, `{"ts":..., "values":{...}}`, or a list of those.
  static bool read(const std::string& body, timestamp ts, std::vector<telemetry_entry>& into) {
    if (auto values = body_values(body)) {
      read_one(std::move(*values), ts, into);
      return true;
    }
    const auto list = body_elements(body);
    for (const auto& one : list.value_or(std::vector<value>())) {
      const auto* text = std::get_if<json_text>(&one);
      auto values = text != nullptr ? body_values(text->text) : std::nullopt;
      if (!values) {
        return false;
      }
      read_one(std::move(*values), ts, into);
    }
    return list.has_value();
  }

  static void read_one(std::vector<key_value>&& values, timestamp ts,
                       std::vector<telemetry_entry>& into) {
    const auto find = [&](std::string_view name) {
      const auto found = std::find_if(values.begin(), values.end(),
                                      [&](const key_value& one) { return one.key == name; });
      return found == values.end() ? nullptr : &found->val;
    };
    const auto* given = std::get_if<std::int64_t>(find("ts"));
    const auto* inner = std::get_if<json_text>(find("values"));
    telemetry_entry entry{ts, {}};
    auto nested = given != nullptr && inner != nullptr ? body_values(inner->text) : std::nullopt;
    if (nested) {
      entry.ts = *given;
      entry.values = std::move(*nested);
    } else {
      entry.values = std::move(values);
    }
    if (!entry.values.empty()) {
      into.push_back(std::move(entry));
    }
  }

  std::int64_t time_to_live(const rule_message& message) const {
    const auto given = message.metadata.find("TTL");
    std::int64_t seconds = 0;
    if (given != message.metadata.end()) {
      const auto& text = given->second;
      std::from_chars(text.data(), text.data() + text.size(), seconds);
    }
    return seconds > 0 ? seconds : settings_.default_ttl_seconds;
  }

  const save_telemetry_settings settings_;
};

} // namespace

result<std::unique_ptr<chain_node>> make_save_telemetry(const node_settings& settings) {
  configuration_reader from(settings.configuration);
  save_telemetry_settings read;
  read.default_ttl_seconds = from.number("defaultTTL", 0);
  read.server_time = from.flag("useServerTs", false);
  const auto which = read_processing(from.member("processingSettings"));
  if (!which) {
    return tl::unexpected(which.error());
  }
  read.which = *which;
  return from.end().map(
      [&]() -> std::unique_ptr<chain_node> { return std::make_unique<save_telemetry_node>(read); });
}

} // namespace muster
