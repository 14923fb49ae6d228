#include "tools/import/thingsboard_source.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace muster::import {

namespace {

using nlohmann::json;

constexpr std::size_t page_size = 500;
/// Points of one key in one answer.
constexpr std::size_t points_in_answer = 5'000;
/// Keys asked for at once, so that the points of one message come together.
constexpr std::size_t keys_in_question = 20;

/// What the server itself writes into a device's server scope, and would be wrong after a move.
constexpr std::array<std::string_view, 5> own_attributes{
    "active", "lastActivityTime", "inactivityAlarmTime", "lastConnectTime", "lastDisconnectTime"};

std::string text_of(const json& from, const char* member) {
  const auto found = from.find(member);
  return found != from.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string id_of(const json& from, const char* member = "id") {
  const auto found = from.find(member);
  return found != from.end() && found->is_object() ? text_of(*found, "id") : std::string();
}

error wrong_shape(const std::string& path) {
  return {error_code::malformed, path + " is answered in a shape that is not ThingsBoard's"};
}

/// Points by time, each with the values of all keys at that time, up to and including `until`.
json merged(const json& series, std::int64_t until) {
  std::map<std::int64_t, json> by_time;
  for (const auto& [key, points] : series.items()) {
    for (const auto& point : points) {
      const auto ts = point.value("ts", std::int64_t{0});
      if (ts <= until && point.contains("value") && !point["value"].is_null()) {
        by_time[ts][key] = point["value"];
      }
    }
  }
  json points = json::array();
  for (auto& [ts, values] : by_time) {
    points.push_back({{"ts", ts}, {"values", std::move(values)}});
  }
  return points;
}

/// Up to which time all keys are there in full: keys with a full answer may have more.
std::int64_t complete_until(const json& series, std::int64_t end) {
  std::int64_t until = end;
  for (const auto& [key, points] : series.items()) {
    if (points.is_array() && points.size() >= points_in_answer) {
      until = std::min(until, points.back().value("ts", end));
    }
  }
  return until;
}

} // namespace

result<std::unique_ptr<thingsboard_source>>
thingsboard_source::open(session& from, const std::atomic<bool>& stopping) {
  std::unique_ptr<thingsboard_source> made(new thingsboard_source(from, stopping));
  if (auto read = made->read_page(); !read) {
    return tl::unexpected(read.error());
  }
  return made;
}

std::string thingsboard_source::identity() const {
  return "thingsboard " + from_.where().url;
}

api& thingsboard_source::connection() {
  const std::lock_guard lock{mutex_};
  auto& own = connections_[std::this_thread::get_id()];
  if (!own) {
    own = std::make_unique<api>(from_, stopping_);
  }
  return *own;
}

result<std::vector<json>> thingsboard_source::all(const std::string& path) {
  std::vector<json> found;
  for (std::uint64_t page = 0;; ++page) {
    const auto answer = lists_.get(path + "?pageSize=" + std::to_string(page_size) +
                                   "&page=" + std::to_string(page));
    if (!answer) {
      return tl::unexpected(answer.error());
    }
    if (!answer->is_object() || !answer->value("data", json{}).is_array()) {
      return tl::unexpected(wrong_shape(path));
    }
    for (const auto& one : (*answer)["data"]) {
      found.push_back(one);
    }
    if (!answer->value("hasNext", false)) {
      return found;
    }
  }
}

result<void> thingsboard_source::read_page() {
  // Oldest first: a device that is made meanwhile comes last and moves no page.
  const std::string path = "/api/tenant/deviceInfos";
  const auto answer = lists_.get(path + "?pageSize=" + std::to_string(page_size) + "&page=" +
                                 std::to_string(page_) + "&sortProperty=createdTime&sortOrder=ASC");
  if (!answer) {
    return tl::unexpected(answer.error());
  }
  if (!answer->is_object() || !answer->value("data", json{}).is_array()) {
    return tl::unexpected(wrong_shape(path));
  }
  for (const auto& one : (*answer)["data"]) {
    device_record device;
    device.place = id_of(one);
    device.name = text_of(one, "name");
    device.profile = text_of(one, "deviceProfileName");
    if (device.profile.empty()) {
      device.profile = text_of(one, "type");
    }
    device.label = text_of(one, "label");
    device.customer = one.value("customerIsPublic", false) ? "" : text_of(one, "customerTitle");
    device.additional_info = one.value("additionalInfo", json{});
    waiting_.push_back(std::move(device));
  }
  count_ = answer->value("totalElements", std::uint64_t{0});
  more_ = answer->value("hasNext", false);
  ++page_;
  return {};
}

result<std::optional<device_record>> thingsboard_source::next() {
  if (waiting_.empty() && more_) {
    if (auto read = read_page(); !read) {
      return tl::unexpected(read.error());
    }
  }
  if (waiting_.empty()) {
    return std::optional<device_record>{};
  }
  std::optional device{std::move(waiting_.front())};
  waiting_.pop_front();
  return device;
}

result<json> thingsboard_source::attributes(const std::string& device, const std::string& scope) {
  const std::string path =
      "/api/plugins/telemetry/DEVICE/" + device + "/values/attributes/" + scope;
  const auto answer = connection().get(path);
  if (!answer) {
    return tl::unexpected(answer.error());
  }
  if (!answer->is_array()) {
    return tl::unexpected(wrong_shape(path));
  }
  json values = json::object();
  for (const auto& one : *answer) {
    const std::string key = text_of(one, "key");
    const bool own =
        scope == "SERVER_SCOPE" &&
        std::find(own_attributes.begin(), own_attributes.end(), key) != own_attributes.end();
    if (!own && one.contains("value") && !one["value"].is_null()) {
      values[key] = one["value"];
    }
  }
  return values;
}

result<void> thingsboard_source::complete(device_record& device) {
  const std::string path = "/api/device/" + device.place + "/credentials";
  auto access = connection().get(path);
  if (!access) {
    return tl::unexpected(access.error());
  }
  if (text_of(*access, "credentialsType") == "ACCESS_TOKEN") {
    device.token = text_of(*access, "credentialsId");
  } else if (access->is_object()) {
    device.credentials = {{"credentialsType", (*access)["credentialsType"]},
                          {"credentialsId", (*access)["credentialsId"]},
                          {"credentialsValue", (*access)["credentialsValue"]}};
  } else {
    return tl::unexpected(wrong_shape(path));
  }
  const std::array scopes{std::pair{"CLIENT_SCOPE", &device.client},
                          std::pair{"SHARED_SCOPE", &device.shared},
                          std::pair{"SERVER_SCOPE", &device.server}};
  for (const auto& [scope, into] : scopes) {
    auto values = attributes(device.place, scope);
    if (!values) {
      return tl::unexpected(values.error());
    }
    *into = std::move(*values);
  }
  return {};
}

result<void> thingsboard_source::history(const device_record& device, const send_history& send) {
  const auto keys =
      connection().get("/api/plugins/telemetry/DEVICE/" + device.place + "/keys/timeseries");
  if (!keys) {
    return tl::unexpected(keys.error());
  }
  std::string together;
  std::size_t count = 0;
  for (const auto& key : *keys) {
    // A comma cannot be asked for: the query is split at it.
    if (!key.is_string() || key.get<std::string>().find(',') != std::string::npos) {
      return fail(error_code::invalid, "the history of the key " + key.dump() + " can't be read");
    }
    together += (together.empty() ? "" : ",") + url_encoded(key.get<std::string>());
    if (++count % keys_in_question == 0 || count == keys->size()) {
      if (auto sent = history_of_keys(device.place, together, send); !sent) {
        return sent;
      }
      together.clear();
    }
  }
  return {};
}

result<void> thingsboard_source::history_of_keys(const std::string& device, const std::string& keys,
                                                 const send_history& send) {
  // The end of a range is not in it; a time beyond this one is a mistake of some clock.
  constexpr std::int64_t end = 9'999'999'999'999;
  for (std::int64_t start = 0; start < end;) {
    const std::string path = "/api/plugins/telemetry/DEVICE/" + device +
                             "/values/timeseries?keys=" + keys +
                             "&startTs=" + std::to_string(start) + "&endTs=" + std::to_string(end) +
                             "&limit=" + std::to_string(points_in_answer) +
                             "&agg=NONE&orderBy=ASC&useStrictDataTypes=true";
    const auto series = connection().get(path);
    if (!series) {
      return tl::unexpected(series.error());
    }
    if (!series->is_object()) {
      return tl::unexpected(wrong_shape(path));
    }
    const std::int64_t until = complete_until(*series, end);
    const json points = merged(*series, until);
    if (!points.empty()) {
      if (auto sent = send(points); !sent) {
        return sent;
      }
    }
    start = until + 1;
  }
  return {};
}

} // namespace muster::import
