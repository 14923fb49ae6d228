#include "http/rest_api/calculated_field_json.hpp"

#include "actors/rules/alarms/json_place.hpp"
#include "http/rest_api/body.hpp"
#include "http/rest_api/member_reader.hpp"
#include "http/rest_api/object_writer.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace muster::http::rest {

namespace {

json_text document_of(const json_place& at) {
  return {at.there() ? at.json()->dump() : "null"};
}

} // namespace

void append_calculated_field(std::string& out, const field_of_entity& what) {
  object_writer{out}
      .id("id", "CALCULATED_FIELD", what.field.id)
      .number("createdTime", what.field.created)
      .id("tenantId", "TENANT", what.tenant.value)
      .id("entityId",
          what.entity.kind == entity_type::device ? std::string_view{"DEVICE"}
                                                  : std::string_view{"DEVICE_PROFILE"},
          what.entity.id)
      .text("type", std::string_view{"ALARM"})
      .text("name", std::string_view{what.field.name})
      .raw("debugSettings", what.field.debug.text)
      .number("configurationVersion", 0)
      .raw("configuration", what.field.configuration.text)
      .number("version", static_cast<std::int64_t>(what.field.version))
      .raw("additionalInfo", what.field.additional_info.text)
      .end();
}

result<field_body> read_field_body(std::string_view body) {
  const auto whole = nlohmann::ordered_json::parse(body, nullptr, false);
  std::optional<error> fault;
  const json_place at(&whole, {}, fault);
  if (!whole.is_object()) {
    return fail(error_code::invalid, "The body must be an object");
  }
  field_body read;
  read.id = at["id"].id();
  if (at["type"].text() != "ALARM") {
    at["type"].refuse("must be ALARM: other calculated fields are not supported");
  }
  const bool of_device = at["entityId"]["entityType"].choice({"DEVICE_PROFILE", "DEVICE"}) == 1;
  read.of = {of_device ? entity_type::device : entity_type::device_profile,
             at["entityId"].id().value_or(uuid{})};
  read.field.name = at["name"].text();
  if (blank(read.field.name) || read.field.name.size() > longest_text) {
    at["name"].refuse("must be 1 to 255 characters");
  }
  read.field.configuration = document_of(at["configuration"]);
  read.field.debug = document_of(at["debugSettings"]);
  read.field.additional_info = document_of(at["additionalInfo"]);
  if (const auto version = at["version"]; version.there()) {
    read.version = static_cast<std::uint64_t>(version.whole());
  }
  if (fault) {
    return tl::unexpected{*fault};
  }
  return program_of(read.field).map([&](const auto&) { return std::move(read); });
}

} // namespace muster::http::rest
