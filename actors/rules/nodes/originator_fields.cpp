#include "actors/rules/nodes/configuration.hpp"
#include "actors/rules/nodes/enrichment.hpp"
#include "actors/rules/nodes/node_makers.hpp"
#include "actors/rules/nodes/own_device.hpp"
#include "actors/rules/nodes/patterns.hpp"

#include <nlohmann/json.hpp>

namespace muster {

namespace {

template <class Id>
nlohmann::json text_or_null(const std::optional<Id>& id) {
  return id ? nlohmann::json(to_string(*id)) : nlohmann::json(nullptr);
}

nlohmann::json fields_of(const device_info& info) {
  return {
      {"id", to_string(info.id)},
      {"createdTime", info.created},
      {"tenantId", to_string(info.tenant)},
      {"customerId", to_string(info.customer.value_or(customer_id{null_uuid}))},
      {"name", info.name},
      {"type", info.type},
      {"label", info.label ? nlohmann::json(*info.label) : nlohmann::json(nullptr)},
      {"deviceProfileId", to_string(info.profile)},
      {"firmwareId", text_or_null(info.firmware)},
      {"softwareId", text_or_null(info.software)},
      {"version", info.version},
      {"additionalInfo", nlohmann::json::parse(info.additional_info.text)},
      {"deviceData", nlohmann::json::parse(info.device_data.text)},
  };
}

/// The member that a path of names and dots leads to; null: there is none.
const nlohmann::json* field_at(const nlohmann::json& fields, std::string_view path) {
  const nlohmann::json* at = &fields;
  while (true) {
    const auto dot = path.find('.');
    if (!at->is_object()) {
      return nullptr;
    }
    const auto found = at->find(std::string(path.substr(0, dot)));
    if (found == at->end()) {
      return nullptr;
    }
    at = &*found;
    if (dot == std::string_view::npos) {
      return at;
    }
    path.remove_prefix(dot + 1);
  }
}

/// What is known of the device itself, always as texts.
class originator_fields final : public chain_node {
public:
  originator_fields(std::vector<text_pair> mapping, bool ignore_null, message_part to)
      : mapping_(std::move(mapping)), ignore_null_(ignore_null), to_(to) {}

  void on(rule_message message, node_run& run) const override {
    if (!of_own_device(message, run)) {
      return run.fail(std::move(message), "the message's originator is not the device");
    }
    auto found = enrichment::begin(to_, message);
    if (!found) {
      return run.fail(std::move(message), found.error().message);
    }
    const auto fields = fields_of(run.device().info());
    for (const auto& [source, target] : mapping_) {
      const auto* field = field_at(fields, source);
      if (field == nullptr || (field->is_null() && ignore_null_)) {
        continue;
      }
      found->add(fill_pattern(target, message),
                 field->is_string() ? field->get<std::string>() : field->dump());
    }
    run.tell(relations::success, std::move(*found).end(std::move(message)));
  }

private:
  const std::vector<text_pair> mapping_;
  const bool ignore_null_;
  const message_part to_;
};

} // namespace

result<std::unique_ptr<chain_node>> make_originator_fields(const node_settings& settings) {
  configuration_reader from(settings.configuration);
  const bool old = from.member("dataMapping") == nullptr;
  auto mapping = from.mapping(old ? "fieldsMapping" : "dataMapping");
  const bool ignore_null = from.flag("ignoreNullStrings", false);
  const auto to =
      read_part(from, "fetchTo", message_part::metadata, "fetchToData", message_part::body);
  return from.end().map([&]() -> std::unique_ptr<chain_node> {
    return std::make_unique<originator_fields>(std::move(mapping), ignore_null, to);
  });
}

} // namespace muster
