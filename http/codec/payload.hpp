#pragma once

#include "actors/model/telemetry.hpp"
#include "http/codec/codec.hpp"
#include "http/json/reader.hpp"
#include "http/server/response.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Bodies of devices to model types, and answers to devices, in the codec that holds for a request;
/// null is JSON. Pure, any thread. The rules of `http/json/reader.hpp` hold for all codecs.
namespace muster::http::payload {

[[nodiscard]] result<std::vector<telemetry_entry>>
read_telemetry(const codec* how, std::string_view body, const json::reader_rules& rules);

[[nodiscard]] result<std::vector<key_value>>
read_attributes(const codec* how, std::string_view body, const json::reader_rules& rules);

[[nodiscard]] result<std::vector<json::member>> read_members(const codec* how,
                                                             std::string_view body);

/// A reply to an RPC, which is read strictly also as JSON.
[[nodiscard]] result<json_text> read_reply(const codec* how, std::string_view body);

/// An answer 200 of that JSON text.
[[nodiscard]] response answer(const codec* how, std::string json);

} // namespace muster::http::payload
