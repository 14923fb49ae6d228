#include "actors/device/audit.hpp"

#include "actors/device/device_state.hpp"

#include <algorithm>
#include <utility>

namespace muster {

namespace {

/// A change may be of a million keys; an entry of the audit log stays small.
constexpr std::size_t max_keys = 100;

} // namespace

std::string json_quoted(std::string_view text) {
  constexpr const char* digits = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += "\\u00";
      out += digits[byte >> 4];
      out += digits[byte & 15];
    } else {
      out += c;
    }
  }
  return out + '"';
}

json_text audit_keys(std::string_view scope, const std::vector<std::string_view>& keys) {
  std::string text = "{";
  if (!scope.empty()) {
    text += "\"scope\":" + json_quoted(scope) + ",";
  }
  text += "\"keys\":[";
  const std::size_t shown = std::min(keys.size(), max_keys);
  for (std::size_t i = 0; i < shown; ++i) {
    text += (i == 0 ? "" : ",") + json_quoted(keys[i]);
  }
  return {text + "],\"count\":" + std::to_string(keys.size()) + "}"};
}

void device_state::audit(context& with, audit_action action, json_text data) const {
  const bool provisioned = action == audit_action::provisioned;
  if (with.who == nullptr && !provisioned) {
    return;
  }
  audit_entry entry;
  entry.created = with.now.wall;
  entry.id = ordered_uuid(entry.created);
  entry.tenant = info_.tenant;
  entry.customer = info_.customer;
  entry.kind = entity_type::device;
  entry.entity = info_.id.value;
  entry.entity_name = info_.name;
  entry.action = action;
  if (with.who != nullptr) {
    entry.user = with.who->user;
    entry.user_name = with.who->email;
    entry.address = with.who->address;
  }
  if (!data.text.empty()) {
    entry.data = std::move(data);
  }
  with.out.mutations.emplace_back(persistence::put_audit{std::move(entry)});
}

void device_state::audit_keys_of(context& with, audit_action action, attribute_scope scope,
                                 const std::vector<key_value>& values) const {
  if (with.who == nullptr) {
    return;
  }
  std::vector<std::string_view> keys;
  keys.reserve(values.size());
  for (const auto& item : values) {
    keys.push_back(item.key);
  }
  audit(with, action, audit_keys(scope_name(scope), keys));
}

} // namespace muster
