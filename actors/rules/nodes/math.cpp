#include "actors/rules/nodes/configuration.hpp"
#include "actors/rules/nodes/math_expression.hpp"
#include "actors/rules/nodes/node_makers.hpp"
#include "actors/rules/nodes/numbers.hpp"
#include "actors/rules/nodes/own_device.hpp"
#include "actors/rules/nodes/patterns.hpp"
#include "actors/rules/nodes/scopes.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <variant>

namespace muster {

namespace {

enum class math_place : std::uint8_t { body, metadata, attribute, time_series, constant };

struct math_argument {
  math_place from = math_place::constant;
  std::string key;
  attribute_scope scope = attribute_scope::server;
  /// Of a constant the number itself.
  std::optional<double> usual;
};

struct math_settings {
  std::vector<math_argument> arguments;
  std::variant<const math_function*, math_expression> how;
  math_place to = math_place::body;
  std::string key;
  attribute_scope scope = attribute_scope::server;
  /// Digits behind the point; with 0 what is behind it is cut off.
  int precision = 0;
  bool add_to_body = false;
  bool add_to_metadata = false;
};

/// Makes one number of others that the message or the device knows.
class math_node final : public chain_node {
public:
  explicit math_node(math_settings settings) : settings_(std::move(settings)) {}

  void on(rule_message message, node_run& run) const override {
    if (!of_own_device(message, run)) {
      return run.fail(std::move(message), "the message's originator is not the device");
    }
    auto body = nlohmann::ordered_json::parse(message.data.text());
    std::vector<double> numbers;
    for (const auto& one : settings_.arguments) {
      const std::string key = fill_pattern(one.key, message);
      const auto number = find(one, key, message, body, run.device());
      if (!number) {
        return run.fail(std::move(message), "there is no number \"" + key + "\"");
      }
      numbers.push_back(*number);
    }
    const double made = work_out(numbers);
    if (!std::isfinite(made)) {
      return run.fail(std::move(message), "the result is not a number");
    }
    const bool into_body = settings_.to == math_place::body || settings_.add_to_body;
    if (into_body && !body.is_object()) {
      return run.fail(std::move(message), "the message's body is not an object");
    }
    put(settings_.precision == 0 ? value_of_number(std::trunc(made))
                                 : value(rounded(made, settings_.precision)),
        into_body, body, message, run);
    run.tell(relations::success, std::move(message));
  }

private:
  static std::optional<double> find(const math_argument& one, const std::string& key,
                                    const rule_message& message, const nlohmann::ordered_json& body,
                                    rule_device& device) {
    std::optional<double> found;
    if (one.from == math_place::body && body.is_object()) {
      const auto at = body.find(key);
      found = at != body.end() ? number_of(*at) : std::nullopt;
      if (at != body.end() && !at->is_null() && !found) {
        return std::nullopt;
      }
    } else if (one.from == math_place::metadata) {
      const auto at = message.metadata.find(key);
      if (at != message.metadata.end()) {
        return number_in(at->second);
      }
    } else if (one.from == math_place::attribute) {
      if (const auto* held = device.attribute(one.scope, key)) {
        return number_of(*held);
      }
    } else if (one.from == math_place::time_series) {
      if (const auto* held = device.latest(key)) {
        return number_of(held->val);
      }
    }
    return found ? found : one.usual;
  }

  double work_out(const std::vector<double>& numbers) const {
    if (const auto* formula = std::get_if<math_expression>(&settings_.how)) {
      return formula->work_out(numbers);
    }
    return std::get<const math_function*>(settings_.how)->make(numbers.front(), numbers.back());
  }

  void put(const value& made, bool into_body, nlohmann::ordered_json& body, rule_message& message,
           node_run& run) const {
    const std::string key = fill_pattern(settings_.key, message);
    nlohmann::ordered_json number;
    if (const auto* whole = std::get_if<std::int64_t>(&made)) {
      number = *whole;
    } else {
      number = std::get<double>(made);
    }
    if (into_body) {
      body[key] = number;
      message.data = message_data::of_text(body.dump());
    }
    if (settings_.to == math_place::metadata || settings_.add_to_metadata) {
      message.metadata[key] = number.dump();
    }
    if (settings_.to == math_place::attribute) {
      run.device().save(settings_.scope, {{key, made}}, false, true);
    } else if (settings_.to == math_place::time_series) {
      run.device().save(telemetry_entry{run.now().wall, {{key, made}}}, 0);
    }
  }

  const math_settings settings_;
};

/// In the order of `math_place`.
const std::vector<std::string_view>& math_places() {
  static const std::vector<std::string_view> names{"MESSAGE_BODY", "MESSAGE_METADATA", "ATTRIBUTE",
                                                   "TIME_SERIES", "CONSTANT"};
  return names;
}

math_place read_place(configuration_reader& from, const std::vector<std::string_view>& among) {
  if (from.member("type") == nullptr) {
    from.refuse("type", "is missing");
  }
  return static_cast<math_place>(from.choice("type", among, 0));
}

attribute_scope read_scope(configuration_reader& from) {
  const std::string scope = from.text("attributeScope", "SERVER_SCOPE");
  const auto known = scope_of(scope);
  if (!known) {
    from.refuse("attributeScope", "is \"" + scope + "\", which is not known");
  }
  return known.value_or(attribute_scope::server);
}

result<math_argument> read_argument(const nlohmann::json& row) {
  configuration_reader from(row);
  math_argument read;
  read.from = read_place(from, math_places());
  read.key = from.text("key");
  read.scope = read_scope(from);
  if (const auto* usual = from.member("defaultValue")) {
    read.usual = number_of(nlohmann::ordered_json(*usual));
    if (!read.usual) {
      from.refuse("defaultValue", "is not a number");
    }
  }
  if (read.from == math_place::constant) {
    read.usual = number_in(read.key);
    if (!read.usual) {
      from.refuse("key", "of a constant is not a number");
    }
  }
  return from.end().map([&] { return std::move(read); });
}

result<void> read_arguments(configuration_reader& from, math_settings& into,
                            std::vector<std::string>& names) {
  const auto* rows = from.member("arguments");
  if (rows == nullptr || !rows->is_array() || rows->empty()) {
    return fail(error_code::invalid, "arguments is not a list of some");
  }
  for (const auto& row : *rows) {
    if (!row.is_object()) {
      return fail(error_code::invalid, "arguments holds something that is not an object");
    }
    auto read = read_argument(row);
    if (!read) {
      return fail(error_code::invalid, "arguments: " + read.error().message);
    }
    into.arguments.push_back(std::move(*read));
    names.push_back(configuration_reader(row).text("name"));
  }
  return {};
}

result<void> read_operation(configuration_reader& from, math_settings& into,
                            const std::vector<std::string>& names) {
  std::string name = from.text("operation");
  if (name == "CUSTOM") {
    auto formula = math_expression::read(from.text("customFunction"), names);
    if (!formula) {
      return fail(error_code::invalid, "customFunction: " + formula.error().message);
    }
    into.how = std::move(*formula);
    return {};
  }
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  const auto* const function = find_math_function(name);
  if (function == nullptr) {
    return fail(error_code::invalid, "operation is not known");
  }
  if (function->arguments != into.arguments.size()) {
    return fail(error_code::invalid,
                "arguments: the operation takes " + std::to_string(function->arguments));
  }
  into.how = function;
  return {};
}

result<void> read_result(configuration_reader& from, math_settings& into) {
  const auto* row = from.member("result");
  if (row == nullptr || !row->is_object()) {
    return fail(error_code::invalid, "result is not an object");
  }
  configuration_reader inner(*row);
  auto places = math_places();
  places.pop_back();
  into.to = read_place(inner, std::move(places));
  into.key = inner.text("key");
  into.scope = read_scope(inner);
  const std::int64_t precision = inner.number("resultValuePrecision", 0);
  if (precision < 0 || precision > 15) {
    inner.refuse("resultValuePrecision", "is not between 0 and 15");
  }
  into.precision = static_cast<int>(precision);
  into.add_to_body = inner.flag("addToBody", false);
  into.add_to_metadata = inner.flag("addToMetadata", false);
  if (into.key.empty()) {
    inner.refuse("key", "is missing");
  }
  return inner.end();
}

} // namespace

result<std::unique_ptr<chain_node>> make_math(const node_settings& settings) {
  configuration_reader from(settings.configuration);
  math_settings read;
  std::vector<std::string> names;
  return read_arguments(from, read, names)
      .and_then([&] { return read_operation(from, read, names); })
      .and_then([&] { return read_result(from, read); })
      .and_then([&] { return from.end(); })
      .map([&]() -> std::unique_ptr<chain_node> {
        return std::make_unique<math_node>(std::move(read));
      });
}

} // namespace muster
