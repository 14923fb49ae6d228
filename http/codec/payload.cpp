#include "http/codec/payload.hpp"

#include "http/json/members_builder.hpp"
#include "http/json/text_capture.hpp"
#include "http/json/values_builder.hpp"

#include <utility>

namespace muster::http::payload {

namespace {

/// The document told to a builder, which gives what it has built.
template <class Take, class Builder>
auto read(const codec& how, std::string_view body, Builder&& to, Take take)
    -> result<decltype(take(to))> {
  if (!how.read(body, to)) {
    return tl::unexpected(*std::move(to.error));
  }
  return take(to);
}

} // namespace

result<std::vector<telemetry_entry>> read_telemetry(const codec* how, std::string_view body,
                                                    const json::reader_rules& rules) {
  if (how == nullptr) {
    return json::read_telemetry(body, rules);
  }
  using builder = json::values_builder;
  return read(*how, body, builder{builder::shape::telemetry, rules},
              [](builder& built) { return built.take_entries(); });
}

result<std::vector<key_value>> read_attributes(const codec* how, std::string_view body,
                                               const json::reader_rules& rules) {
  if (how == nullptr) {
    return json::read_attributes(body, rules);
  }
  using builder = json::values_builder;
  return read(*how, body, builder{builder::shape::attributes, rules},
              [](builder& built) { return built.take_values(); });
}

result<std::vector<json::member>> read_members(const codec* how, std::string_view body) {
  if (how == nullptr) {
    return json::read_members(body);
  }
  return read(*how, body, json::members_builder{},
              [](json::members_builder& built) { return built.take(); });
}

result<json_text> read_reply(const codec* how, std::string_view body) {
  if (how == nullptr) {
    return json::read_strict(body);
  }
  return read(*how, body, json::text_capture{},
              [](json::text_capture& built) { return json_text{built.take()}; });
}

response answer(const codec* how, std::string json) {
  if (how == nullptr || how->media_types().empty()) {
    return {200, json_type, std::move(json)};
  }
  return {200, how->media_types().front(), how->write(json)};
}

} // namespace muster::http::payload
