#include "persistence/rocksdb/inspection/row_json.hpp"

#include "persistence/encoding/rows.hpp"
#include "persistence/postgres/alarm_tables.hpp"
#include "persistence/postgres/tables.hpp"
#include "persistence/rocksdb/inspection/data_folder.hpp"
#include "persistence/rocksdb/inspection/row_names.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <type_traits>

namespace muster::persistence {

namespace {

using keys::device_kind;
using keys::directory_kind;
using json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 8> secret_fields{
    "credentials_id", "credentials_value", "claim_secret",     "password_hash",
    "bytes",          "activation_token",  "provision_secret", "provision_key"};

json parsed(const std::string& text) {
  auto read = json::parse(text, nullptr, false);
  return read.is_discarded() ? json(text) : read;
}

json to_json(const value& what) {
  return std::visit(
      [](const auto& one) -> json {
        if constexpr (std::is_same_v<std::decay_t<decltype(one)>, json_text>) {
          return parsed(one.text);
        } else {
          return one;
        }
      },
      what);
}

json values_json(const std::vector<key_value>& values) {
  json out = json::object();
  for (const auto& one : values) {
    out[one.key] = to_json(one.val);
  }
  return out;
}

json field_json(const std::string& text) {
  return text;
}
json field_json(const json_text& text) {
  return parsed(text.text);
}
json field_json(const uuid& id) {
  return to_string(id);
}
template <std::size_t N>
json field_json(const std::array<std::uint8_t, N>& bytes) {
  return rocks::hexadecimal({reinterpret_cast<const char*>(bytes.data()), N});
}
template <class Tag>
json field_json(const entity_id<Tag>& id) {
  return to_string(id);
}
template <class T>
json field_json(const T& number) requires(std::is_arithmetic_v<T>) {
  return number;
}
template <class T>
json field_json(const T& choice) requires(std::is_enum_v<T>) {
  return static_cast<std::int64_t>(choice);
}
template <class T>
json field_json(const std::optional<T>& one) {
  return one ? field_json(*one) : json();
}

/// Takes the fields of a row by their columns' names.
class json_fields {
public:
  explicit json_fields(bool secrets) : secrets_(secrets) {}

  template <class T>
  void operator()(const char* name, const T& field) {
    auto shown = field_json(field);
    const bool secret =
        !secrets_ && !shown.is_null() &&
        std::find(secret_fields.begin(), secret_fields.end(), name) != secret_fields.end();
    out[name] = secret ? json("***") : std::move(shown);
  }

  json out = json::object();

private:
  bool secrets_;
};

template <class Row>
json fields_json(Row row, bool secrets) {
  json_fields io(secrets);
  postgres::fields(io, row);
  return std::move(io.out);
}

template <class Row>
result<json> entity_json(std::string_view bytes, bool secrets) {
  Row row{};
  return decode(bytes, row).map([&] { return fields_json(std::move(row), secrets); });
}

json chain_json(const rule_chain& row) {
  json nodes = json::array();
  for (const auto& node : row.nodes) {
    nodes.push_back({{"id", to_string(node.id)},
                     {"type", node.type},
                     {"name", node.name},
                     {"configuration", parsed(node.configuration.text)}});
  }
  json connections = json::array();
  for (const auto& one : row.connections) {
    connections.push_back({{"from", one.from}, {"to", one.to}, {"type", one.type}});
  }
  json out{{"id", to_string(row.id)}, {"created", row.created}, {"tenant", to_string(row.tenant)},
           {"name", row.name},        {"root", row.root},       {"version", row.version}};
  out["first_node"] = row.first_node ? json(*row.first_node) : json();
  out["nodes"] = std::move(nodes);
  out["connections"] = std::move(connections);
  return out;
}

result<json> attributes_json(std::string_view bytes) {
  std::vector<attribute_row> rows;
  return decode(bytes, rows).map([&] {
    json out = json::array();
    for (const auto& one : rows) {
      out.push_back({{"key", one.key},
                     {"last_update", one.last_update},
                     {"change", one.change},
                     {"value", one.val ? to_json(*one.val) : json()},
                     {"deleted", !one.val}});
    }
    return out;
  });
}

result<json> latest_json(std::string_view bytes) {
  put_latest row;
  return decode(bytes, row).map([&] {
    json values = json::array();
    for (const auto& one : row.values) {
      values.push_back({{"key", one.key}, {"ts", one.ts}, {"value", to_json(one.val)}});
    }
    json out = fields_json(std::move(row), true);
    out["values"] = std::move(values);
    return out;
  });
}

result<json> rpc_json(std::string_view bytes) {
  rpc_row row;
  return decode(bytes, row).map([&] {
    json out = fields_json(std::move(row.record), true);
    out["ended"] = row.ended;
    return out;
  });
}

result<json> alarm_json(std::string_view bytes) {
  alarm row;
  return decode(bytes, row).map([&] {
    json out = fields_json(row, true);
    out["relation_types"] = row.propagation.relation_types;
    for (const auto& entity : row.shown_at) {
      out["shown_at"].push_back(to_string(entity));
    }
    return out;
  });
}

result<json> time_json(std::string_view bytes) {
  timestamp at = 0;
  return decode_time(bytes, at).map([&] { return json{{"at", at}}; });
}

/// What the content is only its writer can read; it may hold what a message holds.
result<json> outbox_json(std::string_view key, std::string_view bytes) {
  std::string content;
  return decode_outbox(bytes, content).map([&] {
    return json{{"number", keys::parse_outbox(key).value_or(0)}, {"bytes", content.size()}};
  });
}

result<json> device_row_json(std::string_view key, std::string_view bytes, bool secrets) {
  if (key.size() <= keys::prefix_size) {
    return fail(error_code::storage_unavailable, "a key of no kind");
  }
  switch (static_cast<device_kind>(key[keys::prefix_size])) {
  case device_kind::info:
    return entity_json<device_info>(bytes, secrets);
  case device_kind::credentials:
    return entity_json<credentials>(bytes, secrets);
  case device_kind::counters:
    return entity_json<put_counters>(bytes, secrets);
  case device_kind::attributes:
    return attributes_json(bytes);
  case device_kind::latest:
    return latest_json(bytes);
  case device_kind::due:
    return time_json(bytes);
  case device_kind::rpc_open:
  case device_kind::rpc_done:
    return rpc_json(bytes);
  case device_kind::outbox:
    return outbox_json(key, bytes);
  case device_kind::alarm_active:
  case device_kind::alarm_cleared:
    return alarm_json(bytes);
  case device_kind::alarm_comment:
    return entity_json<alarm_comment>(bytes, secrets);
  }
  return fail(error_code::storage_unavailable, "a row of unknown kind");
}

result<json> history_json(std::string_view key, std::string_view bytes) {
  append_history row;
  return decode_history(bytes, row).map([&] {
    if (const auto place = keys::parse_history(key)) {
      row.ts = place->ts;
      row.arrival = place->arrival;
    }
    json values = values_json(row.values);
    json out = fields_json(std::move(row), true);
    out["values"] = std::move(values);
    return out;
  });
}

result<json> id_json(std::string_view bytes) {
  uuid id;
  return decode_id(bytes, id).map([&] { return json{{"id", to_string(id)}}; });
}

result<json> index_json(directory_kind kind, std::string_view bytes) {
  if (kind == directory_kind::token) {
    token_owner row;
    return decode(bytes, row).map([&] {
      return json{{"device", to_string(row.device)},
                  {"credentials_version", row.credentials_version},
                  {"tenant", to_string(row.tenant)},
                  {"profile", to_string(row.profile)}};
    });
  }
  if (kind == directory_kind::rpc) {
    rpc_place row;
    return decode(bytes, row).map([&] {
      return json{{"device", to_string(row.device)}, {"ended", row.ended}};
    });
  }
  if (kind == directory_kind::alarm_listed) {
    return alarm_json(bytes);
  }
  if (kind == directory_kind::alarm) {
    alarm_place row;
    return decode(bytes, row).map([&] {
      return json{{"device", to_string(row.device)}, {"version", row.version}};
    });
  }
  if (kind == directory_kind::listed_by_name) {
    listed_device row;
    return decode(bytes, row).map([&] {
      return json{{"created", row.created},
                  {"type", row.type},
                  {"label", row.label},
                  {"profile", to_string(row.profile)}};
    });
  }
  if (kind == directory_kind::listed_by_time) {
    return json::object();
  }
  return id_json(bytes);
}

result<json> directory_row_json(std::string_view key, std::string_view bytes, bool secrets) {
  const auto kind = key.empty() ? directory_kind::format : static_cast<directory_kind>(key[0]);
  switch (kind) {
  case directory_kind::tenant:
    return entity_json<tenant>(bytes, secrets);
  case directory_kind::customer:
    return entity_json<customer>(bytes, secrets);
  case directory_kind::profile:
    return entity_json<device_profile>(bytes, secrets);
  case directory_kind::user:
    return entity_json<user>(bytes, secrets);
  case directory_kind::package:
    return entity_json<package_info>(bytes, secrets);
  case directory_kind::audit:
    return entity_json<audit_entry>(bytes, secrets);
  case directory_kind::job:
    return entity_json<job>(bytes, secrets);
  case directory_kind::relation:
  case directory_kind::relation_to:
    return entity_json<relation>(bytes, secrets);
  case directory_kind::rule_event:
    return entity_json<rule_event>(bytes, secrets);
  case directory_kind::entity_attribute: {
    attribute row;
    return decode(bytes, row).map([&] {
      return json{{"key", row.key}, {"last_update", row.last_update}, {"value", to_json(row.val)}};
    });
  }
  case directory_kind::revocation:
    return entity_json<put_revocation>(bytes, secrets);
  case directory_kind::rule_chain: {
    rule_chain row;
    return decode(bytes, row).map([&] { return chain_json(row); });
  }
  case directory_kind::format: {
    format_row row;
    return decode(bytes, row).map([&] {
      return json{
          {"version", row.version}, {"oldest_reader", row.oldest_reader}, {"shards", row.shards}};
    });
  }
  case directory_kind::setting: {
    std::string text;
    return decode_text(bytes, text).map([&] {
      return json{{"bytes", secrets ? rocks::hexadecimal(text) : "***"}};
    });
  }
  default:
    break;
  }
  if (rocks::role_of(kind) == rocks::row_role::count) {
    std::uint64_t number = 0;
    return decode_number(bytes, number).map([&] { return json{{"count", number}}; });
  }
  return index_json(kind, bytes);
}

} // namespace

result<std::string> row_json(std::string_view family, std::string_view key, std::string_view row,
                             bool secrets) {
  const auto& names = data_folder::families();
  const auto at = std::find(names.begin(), names.end(), family) - names.begin();
  const auto which = static_cast<rocks::family>(static_cast<std::size_t>(rocks::family::devices) +
                                                static_cast<std::size_t>(at));
  // Nothing but the key tells these secrets.
  const bool secret = !secrets && which == rocks::family::directory && !key.empty() &&
                      (key[0] == static_cast<char>(directory_kind::provision_key) ||
                       key[0] == static_cast<char>(directory_kind::activation));
  const std::string name =
      secret ? std::string(rocks::name_of(static_cast<directory_kind>(key[0]))) + " ***"
             : rocks::key_text(which, key);
  result<json> shown = json();
  if (which == rocks::family::devices) {
    shown = device_row_json(key, row, secrets);
  } else if (which == rocks::family::timeseries) {
    shown = history_json(key, row);
  } else if (which == rocks::family::due) {
    shown = time_json(row);
  } else {
    shown = directory_row_json(key, row, secrets);
  }
  if (!shown) {
    return fail(error_code::storage_unavailable, name + ": " + shown.error().message);
  }
  json out{{"family", family}, {"key", name}, {"hex", secret ? "***" : rocks::hexadecimal(key)}};
  out["row"] = std::move(*shown);
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

result<std::string> key_from_text(std::string_view hexadecimal) {
  auto bytes = rocks::from_hexadecimal(hexadecimal);
  if (!bytes) {
    return fail(error_code::invalid, "a key is hexadecimal, as scan shows it");
  }
  return std::move(*bytes);
}

std::string key_of_device(const device_id& device) {
  return std::string(keys::view(keys::of_device(device)));
}

} // namespace muster::persistence
