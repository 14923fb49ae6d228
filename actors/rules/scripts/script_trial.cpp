#include "actors/rules/scripts/script_trial.hpp"

#include "actors/rules/scripts/script_engine.hpp"
#include "actors/rules/scripts/script_results.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace muster {

namespace {

/// As applications name them.
constexpr std::array<std::pair<std::string_view, script_kind>, 6> kinds{
    {{"filter", script_kind::filter},
     {"switch", script_kind::switch_},
     {"update", script_kind::transform},
     {"generate", script_kind::generate},
     {"string", script_kind::to_string},
     {"json", script_kind::json}}};

template <class Value>
std::string json_of(const Value& what) {
  return nlohmann::json(what).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// The whole message, what the script left out included.
std::string shown(const transformed_message& made, const test_script& from) {
  return R"({"msg":)" + made.msg.value_or(from.msg) + R"(,"metadata":)" +
         json_of(made.metadata.value_or(from.metadata)) + R"(,"msgType":)" +
         json_of(made.type.value_or(from.type)) + "}";
}

std::string shown(const std::vector<transformed_message>& made, const test_script& from) {
  if (made.size() == 1) {
    return shown(made.front(), from);
  }
  std::string out = "[";
  for (const auto& one : made) {
    out += (out.size() > 1 ? "," : "") + shown(one, from);
  }
  return out + "]";
}

result<std::string> output_of(const script_source& source, const std::string& returned,
                              const test_script& from) {
  switch (source.kind) {
  case script_kind::filter:
    return filter_result(returned).map([](bool passes) { return passes ? "true" : "false"; });
  case script_kind::switch_:
    return switch_result(returned).map([](const auto& relations) { return json_of(relations); });
  case script_kind::to_string:
    return string_result(returned);
  case script_kind::json:
    return returned;
  case script_kind::transform:
  case script_kind::generate:
    return transform_result(returned, source.language).map([&](const auto& made) {
      return shown(made, from);
    });
  }
  return fail(error_code::internal);
}

} // namespace

script_outcome try_script(const test_script& what, script_engine& scripts, instant now) {
  const auto* kind = std::find_if(kinds.begin(), kinds.end(),
                                  [&](const auto& one) { return one.first == what.kind; });
  if (kind == kinds.end()) {
    return {{}, "Unsupported script type: " + what.kind};
  }
  if (!nlohmann::json::accept(what.msg)) {
    return {{}, "The message is not JSON"};
  }
  const script_source source{
      what.body, what.tbel ? script_language::tbel : script_language::javascript, kind->second};
  auto output =
      scripts.run(script(source), what.msg, json_of(what.metadata), what.type, now)
          .and_then([&](const std::string& returned) { return output_of(source, returned, what); });
  return output ? script_outcome{std::move(*output), {}}
                : script_outcome{{}, std::move(output.error().message)};
}

} // namespace muster
