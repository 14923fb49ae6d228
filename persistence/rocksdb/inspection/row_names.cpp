#include "persistence/rocksdb/inspection/row_names.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace muster::persistence::rocks {

namespace {

using keys::device_kind;
using keys::directory_kind;

struct directory_name {
  directory_kind kind;
  std::string_view name;
  row_role role;
  /// How many identifiers follow the kind; then, if so, a text.
  int ids;
  bool text;
};

constexpr std::array directory_names{
    directory_name{directory_kind::format, "format", row_role::primary, 0, false},
    directory_name{directory_kind::tenant, "tenant", row_role::primary, 1, false},
    directory_name{directory_kind::customer, "customer", row_role::primary, 1, false},
    directory_name{directory_kind::profile, "profile", row_role::primary, 1, false},
    directory_name{directory_kind::user, "user", row_role::primary, 1, false},
    directory_name{directory_kind::setting, "setting", row_role::primary, 0, true},
    directory_name{directory_kind::revocation, "revocation", row_role::primary, 1, false},
    directory_name{directory_kind::token, "token", row_role::index, 0, false},
    directory_name{directory_kind::email, "email", row_role::index, 0, true},
    directory_name{directory_kind::profile_name, "profile_name", row_role::index, 1, true},
    directory_name{directory_kind::default_profile, "default_profile", row_role::index, 1, false},
    directory_name{directory_kind::device_name, "device_name", row_role::index, 1, true},
    directory_name{directory_kind::rpc, "rpc", row_role::index, 1, false},
    directory_name{directory_kind::listed_by_name, "listed_by_name", row_role::index, 2, false},
    directory_name{directory_kind::listed_by_time, "listed_by_time", row_role::index, 2, false},
    directory_name{directory_kind::count, "count", row_role::count, 2, false},
    directory_name{directory_kind::package, "package", row_role::primary, 1, false},
    directory_name{directory_kind::package_name, "package_name", row_role::index, 1, false},
    directory_name{directory_kind::provision_key, "provision_key", row_role::index, 0, true},
    directory_name{directory_kind::tenant_title, "tenant_title", row_role::index, 0, true},
    directory_name{directory_kind::customer_title, "customer_title", row_role::index, 1, true},
    directory_name{directory_kind::activation, "activation", row_role::index, 0, false},
    directory_name{directory_kind::audit, "audit", row_role::primary, 1, false},
    directory_name{directory_kind::job, "job", row_role::primary, 1, false},
    directory_name{directory_kind::references, "references", row_role::count, 1, false},
    directory_name{directory_kind::content, "content", row_role::count, 0, false},
    directory_name{directory_kind::rule_chain, "rule_chain", row_role::primary, 1, false},
    directory_name{directory_kind::root_rule_chain, "root_rule_chain", row_role::index, 1, false},
    directory_name{directory_kind::relation, "relation", row_role::primary, 0, false},
    directory_name{directory_kind::rule_event, "rule_event", row_role::primary, 1, false},
    directory_name{directory_kind::relation_to, "relation_to", row_role::index, 0, false},
    directory_name{directory_kind::entity_attribute, "entity_attribute", row_role::primary, 0,
                   false},
    directory_name{directory_kind::alarm, "alarm", row_role::index, 1, false},
    directory_name{directory_kind::alarm_listed, "alarm_listed", row_role::index, 2, false},
};

const directory_name* find(directory_kind kind) noexcept {
  const auto found = std::find_if(directory_names.begin(), directory_names.end(),
                                  [&](const directory_name& one) { return one.kind == kind; });
  return found == directory_names.end() ? nullptr : &*found;
}

uuid id_at(std::string_view key, std::size_t at) {
  uuid id;
  std::copy_n(key.begin() + static_cast<std::ptrdiff_t>(at), id.bytes.size(), id.bytes.begin());
  return id;
}

std::string rest_text(std::string_view rest, bool text) {
  if (rest.empty()) {
    return {};
  }
  return text ? " \"" + std::string(rest) + "\"" : " " + hexadecimal(rest);
}

std::string directory_key_text(std::string_view key) {
  const auto* kind = key.empty() ? nullptr : find(static_cast<directory_kind>(key.front()));
  if (kind == nullptr) {
    return hexadecimal(key);
  }
  std::string out(kind->name);
  std::size_t at = 1;
  for (int id = 0; id < kind->ids && at + 16 <= key.size(); ++id, at += 16) {
    out += " " + to_string(id_at(key, at));
  }
  if (kind->kind == directory_kind::listed_by_name) {
    if (const auto listed = keys::parse_listed_by_name(key)) {
      return out + " \"" + listed->lower_name + "\" " + to_string(listed->device);
    }
  }
  return out + rest_text(key.substr(at), kind->text);
}

std::string device_key_text(std::string_view key) {
  std::string out = "device " + to_string(id_at(key, 1));
  if (key.size() > keys::prefix_size) {
    out += " ";
    out += name_of(static_cast<device_kind>(key[keys::prefix_size]));
    out += rest_text(key.substr(keys::prefix_size + 1), false);
  }
  return out;
}

} // namespace

row_role role_of(directory_kind kind) noexcept {
  const auto* known = find(kind);
  return known == nullptr ? row_role::unknown : known->role;
}

std::string_view name_of(directory_kind kind) noexcept {
  const auto* known = find(kind);
  return known == nullptr ? "unknown" : known->name;
}

std::string_view name_of(device_kind kind) noexcept {
  constexpr std::array names{
      std::pair{device_kind::info, std::string_view("info")},
      std::pair{device_kind::credentials, std::string_view("credentials")},
      std::pair{device_kind::counters, std::string_view("counters")},
      std::pair{device_kind::attributes, std::string_view("attributes")},
      std::pair{device_kind::latest, std::string_view("latest")},
      std::pair{device_kind::due, std::string_view("due")},
      std::pair{device_kind::rpc_open, std::string_view("rpc_open")},
      std::pair{device_kind::rpc_done, std::string_view("rpc_done")},
      std::pair{device_kind::outbox, std::string_view("outbox")},
      std::pair{device_kind::alarm_active, std::string_view("alarm_active")},
      std::pair{device_kind::alarm_cleared, std::string_view("alarm_cleared")},
      std::pair{device_kind::alarm_comment, std::string_view("alarm_comment")}};
  for (const auto& [known, name] : names) {
    if (known == kind) {
      return name;
    }
  }
  return "unknown";
}

std::string key_text(family which, std::string_view key) {
  if (which == family::directory) {
    return directory_key_text(key);
  }
  if (which == family::due) {
    const auto place = keys::parse_due(key);
    return place ? "due " + std::to_string(place->at) + " device " + to_string(place->device)
                 : hexadecimal(key);
  }
  if (key.size() < keys::prefix_size) {
    return hexadecimal(key);
  }
  if (which == family::devices) {
    return device_key_text(key);
  }
  const auto place = keys::parse_history(key);
  std::string out = "device " + to_string(id_at(key, 1));
  return place ? out + " history " + std::to_string(place->ts) + " arrival " +
                     std::to_string(place->arrival)
               : hexadecimal(key);
}

std::string hexadecimal(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<std::uint8_t>(c);
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

std::optional<std::string> from_hexadecimal(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  const auto lower = [](char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  };
  std::string out;
  if (text.size() % 2 != 0) {
    return std::nullopt;
  }
  for (std::size_t at = 0; at < text.size(); at += 2) {
    const auto high = digits.find(lower(text[at]));
    const auto low = digits.find(lower(text[at + 1]));
    if (high == std::string_view::npos || low == std::string_view::npos) {
      return std::nullopt;
    }
    out += static_cast<char>(high << 4 | low);
  }
  return out;
}

} // namespace muster::persistence::rocks
