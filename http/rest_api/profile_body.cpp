#include "http/rest_api/profile_body.hpp"

#include "actors/rules/alarms/profile_alarms.hpp"
#include "http/rest_api/member_reader.hpp"
#include "http/rest_api/profile_names.hpp"
#include "http/rest_api/rules_body.hpp"

#include <nlohmann/json.hpp>

namespace muster::http::rest {

namespace {

/// An image is a link or the picture itself.
constexpr std::size_t longest_image = longest_document;

/// A name of one of the tables; absent: nothing.
template <class Lookup>
auto named(member_reader& from, std::string_view member, std::string_view what, Lookup lookup)
    -> decltype(lookup(std::string_view{})) {
  const auto name = from.text(member);
  if (!name) {
    return std::nullopt;
  }
  const auto value = lookup(*name);
  if (!value) {
    from.refuse("Unknown " + std::string{what} + " '" + *name + "'");
  }
  return value;
}

void read_columns(member_reader& from, device_profile& to) {
  to.name = from.text("name").value_or("");
  to.description = from.text("description", longest_document);
  to.image = from.text("image", longest_image);
  to.is_default = from.boolean("default").value_or(false);
  if (const auto type = from.text("type"); type && *type != "DEFAULT") {
    from.refuse("Unknown device profile type '" + *type + "'");
  }
  to.transport = named(from, "transportType", "transport type", transport_from_name)
                     .value_or(transport_type::standard);
  to.provision_key = from.text("provisionDeviceKey");
  to.firmware = from.id<package_id>("firmwareId");
  to.software = from.id<package_id>("softwareId");
  const auto bare = [&](std::string_view name) -> std::optional<uuid> {
    const auto read = from.id<entity_id<struct other_tag>>(name);
    return read ? std::optional{read->value} : std::nullopt;
  };
  to.default_rule_chain = from.id<rule_chain_id>("defaultRuleChainId");
  to.default_edge_rule_chain = bare("defaultEdgeRuleChainId");
  to.default_dashboard = bare("defaultDashboardId");
  to.default_queue = from.text("defaultQueueName");
  to.profile_data = from.document("profileData");
}

/// Strategy and secret; the strategy stands both beside `profileData` and in it, the former counts.
void read_provisioning(member_reader& from, const std::optional<body_members>& data,
                       device_profile& to) {
  auto strategy = named(from, "provisionType", "provision type", strategy_from_name);
  if (data) {
    member_reader inner{*data};
    if (const auto configuration = inner.object("provisionConfiguration")) {
      member_reader about{*configuration};
      const auto own = named(about, "type", "provision type", strategy_from_name);
      strategy = strategy ? strategy : own;
      to.provision_secret = about.text("provisionDeviceSecret");
      if (about.fault()) {
        from.refuse(about.fault()->message);
      }
    }
    if (inner.fault()) {
      from.refuse(inner.fault()->message);
    }
  }
  to.provisioning = strategy.value_or(provision_strategy::disabled);
}

void read_rules(member_reader& from, const std::optional<body_members>& data, device_profile& to) {
  if (!data) {
    return;
  }
  const auto rules = data->object("muster");
  if (!rules) {
    return from.refuse(rules.error().message);
  }
  if (!*rules) {
    return;
  }
  if (auto read = read_profile_rules(**rules)) {
    to.rules = std::move(*read);
  } else {
    from.refuse(read.error().message);
  }
}

/// Rules that nobody could follow are not taken.
void check_alarms(member_reader& from, const device_profile& read) {
  const auto data = nlohmann::ordered_json::parse(read.profile_data.text, nullptr, false);
  if (auto alarms = read_profile_alarms(data); !alarms) {
    from.refuse(std::move(alarms.error().message));
  }
}

} // namespace

result<profile_body> read_profile_body(const body_members& body) {
  profile_body read;
  member_reader from{body};
  read.id = from.id<profile_id>("id");
  if (read.id) {
    read.profile.id = *read.id;
  }
  read.version = from.version();
  read_columns(from, read.profile);
  const auto data = from.object("profileData");
  read_provisioning(from, data, read.profile);
  read_rules(from, data, read.profile);
  check_alarms(from, read.profile);
  if (blank(read.profile.name)) {
    from.refuse("Device profile name should be specified!");
  }
  if (from.fault()) {
    return tl::unexpected{*from.fault()};
  }
  return read;
}

} // namespace muster::http::rest
