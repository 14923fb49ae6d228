#include "actors/rules/engine/chain_work.hpp"

#include "actors/rules/engine/body_values.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <utility>

namespace muster {

namespace {

using nlohmann::json;

/// Programs read what they or older ones have written.
constexpr int present_version = 1;

json text_of(const uuid& id) {
  return to_string(id);
}

uuid read_id(const json& from) {
  const auto id = parse_uuid(from.get<std::string>());
  if (!id) {
    throw std::invalid_argument("an identifier makes no sense");
  }
  return *id;
}

json json_of_place(const node_place& place) {
  return {text_of(place.chain.value), text_of(place.node.value)};
}

node_place read_place(const json& from) {
  return {{read_id(from.at(0))}, {read_id(from.at(1))}};
}

json json_of_message(const rule_message& message) {
  return {{"type", message.type},
          {"ts", message.ts},
          {"kind", static_cast<int>(message.originator.kind)},
          {"id", text_of(message.originator.id)},
          {"metadata", message.metadata},
          {"data", message.data.text()}};
}

rule_message read_message(const json& from) {
  rule_message made;
  made.type = from.at("type").get<std::string>();
  made.ts = from.at("ts").get<timestamp>();
  made.originator = {static_cast<entity_type>(from.at("kind").get<int>()), read_id(from.at("id"))};
  made.metadata = from.at("metadata").get<message_metadata>();
  made.data = message_data::of_text(from.at("data").get<std::string>());
  return made;
}

json maybe_text(const std::optional<std::string>& text) {
  return text ? json(*text) : json();
}

struct work_writer {
  json operator()(const wait_work& work) const {
    return {{"until", work.until}, {"kept", work.kept}};
  }
  json operator()(const gather_work& work) const {
    return {{"until", work.until}, {"ts", work.ts}, {"span", work.span}};
  }
  json operator()(const rpc_work& work) const {
    return {{"number", work.number}, {"expires", work.expires}};
  }
  json operator()(const http_work& work) const {
    return {{"method", work.method},         {"url", work.url},
            {"headers", work.headers},       {"body", maybe_text(work.body)},
            {"timeout", work.timeout},       {"most", work.max_answer_bytes},
            {"parallel", work.most_parallel}};
  }
  json operator()(const history_work& work) const {
    return {{"keys", work.keys},   {"start", work.start},
            {"end", work.end},     {"agg", static_cast<int>(work.agg)},
            {"limit", work.limit}, {"descending", work.descending}};
  }
  json operator()(const assign_work& work) const {
    return {{"customer", maybe_text(work.customer)}, {"create", work.create}};
  }
  json operator()(const entity_work& work) const { return to_json(work); }
  json operator()(const relation_work& work) const { return to_json(work); }
  json operator()(const hand_over_work& work) const { return {{"to", text_of(work.to.value)}}; }
  json operator()(const handed_work& work) const {
    return {{"number", work.number}, {"until", work.until}};
  }
  json operator()(const attributes_work& work) const {
    return {{"kind", static_cast<int>(work.of.kind)},
            {"id", text_of(work.of.id)},
            {"saved", body_text(work.saved)},
            {"deleted", work.deleted}};
  }
  json operator()(const spread_work& work) const { return {{"alarm", text_of(work.alarm.value)}}; }
};

std::optional<std::string> read_maybe_text(const json& from) {
  return from.is_null() ? std::nullopt : std::optional(from.get<std::string>());
}

http_work read_http(const json& from) {
  http_work made;
  made.method = from.at("method").get<std::string>();
  made.url = from.at("url").get<std::string>();
  made.headers = from.at("headers").get<decltype(made.headers)>();
  made.body = read_maybe_text(from.at("body"));
  made.timeout = from.at("timeout").get<milliseconds>();
  made.max_answer_bytes = from.at("most").get<std::uint64_t>();
  made.most_parallel = from.at("parallel").get<std::uint32_t>();
  return made;
}

history_work read_history_work(const json& from) {
  history_work made;
  made.keys = from.at("keys").get<std::vector<std::string>>();
  made.start = from.at("start").get<timestamp>();
  made.end = from.at("end").get<timestamp>();
  made.agg = static_cast<aggregation>(from.at("agg").get<int>());
  made.limit = from.at("limit").get<std::uint32_t>();
  made.descending = from.at("descending").get<bool>();
  return made;
}

attributes_work read_attributes_work(const json& from) {
  attributes_work made;
  made.of = {static_cast<entity_type>(from.at("kind").get<int>()), read_id(from.at("id"))};
  auto saved = body_values(from.at("saved").get<std::string>());
  if (!saved) {
    throw std::invalid_argument("attributes make no sense");
  }
  made.saved = std::move(*saved);
  made.deleted = from.at("deleted").get<std::vector<std::string>>();
  return made;
}

chain_work read_work(const json& from) {
  const auto what = from.at("is").get<std::string>();
  const auto time = [&](const char* name) { return from.at(name).get<timestamp>(); };
  if (what == "wait") {
    return wait_work{time("until"), from.at("kept").get<std::string>()};
  }
  if (what == "gather") {
    return gather_work{time("until"), time("ts"), time("span")};
  }
  if (what == "rpc") {
    return rpc_work{from.at("number").get<rpc_number>(), time("expires")};
  }
  if (what == "http") {
    return read_http(from);
  }
  if (what == "history") {
    return read_history_work(from);
  }
  if (what == "assign") {
    return assign_work{read_maybe_text(from.at("customer")), from.at("create").get<bool>()};
  }
  if (what == "entity") {
    return read_entity_work(from);
  }
  if (what == "relation") {
    return read_relation_work(from);
  }
  if (what == "hand_over") {
    return hand_over_work{{read_id(from.at("to"))}};
  }
  if (what == "handed") {
    return handed_work{from.at("number").get<std::uint64_t>(), time("until")};
  }
  if (what == "attributes") {
    return read_attributes_work(from);
  }
  if (what == "spread") {
    return spread_work{{read_id(from.at("alarm"))}};
  }
  throw std::invalid_argument("\"" + what + "\" is not known");
}

} // namespace

std::string_view work_name(const chain_work& what) noexcept {
  // In the order of the alternatives.
  static constexpr std::array<std::string_view, std::variant_size_v<chain_work>> names{
      "wait",   "gather",   "rpc",       "http",   "history",    "assign",
      "entity", "relation", "hand_over", "handed", "attributes", "spread"};
  return names[what.index()];
}

std::string encode(const left_work& what) {
  json work = std::visit(work_writer{}, what.what);
  work["is"] = work_name(what.what);
  json callers = json::array();
  for (const auto& one : what.place.callers) {
    callers.push_back(json_of_place(one));
  }
  const json all{{"version", present_version},
                 {"at", json_of_place(what.place.at)},
                 {"callers", std::move(callers)},
                 {"message", json_of_message(what.place.message)},
                 {"work", std::move(work)}};
  // As CBOR texts stay what they are, even when a script has cut a character in two.
  std::string bytes;
  json::to_cbor(all, bytes);
  return bytes;
}

result<left_work> decode_left_work(std::string_view bytes) {
  try {
    const json all = json::from_cbor(bytes);
    if (all.at("version").get<int>() > present_version) {
      return fail(error_code::invalid, "written by a newer version of the program");
    }
    left_work made;
    made.place.at = read_place(all.at("at"));
    for (const auto& one : all.at("callers")) {
      made.place.callers.push_back(read_place(one));
    }
    made.place.message = read_message(all.at("message"));
    made.what = read_work(all.at("work"));
    return made;
  } catch (const std::exception& e) {
    return fail(error_code::invalid, e.what());
  }
}

} // namespace muster
