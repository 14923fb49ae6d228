#include "actors/rules/alarms/calculated_fields.hpp"

#include "actors/rules/alarms/alarm_fields.hpp"
#include "actors/rules/alarms/profile_alarms.hpp"

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include <utility>

namespace muster {

namespace {

using field_json = nlohmann::ordered_json;

field_json parsed(const json_text& text) {
  return field_json::parse(text.text, nullptr, false);
}

std::optional<calculated_field> read_field(const field_json& row) {
  try {
    const auto id = parse_uuid(row.at("id").get<std::string>());
    if (!id) {
      return std::nullopt;
    }
    return calculated_field{*id,
                            row.at("created").get<timestamp>(),
                            row.at("name").get<std::string>(),
                            {row.at("configuration").dump()},
                            {row.at("debug").dump()},
                            {row.at("additionalInfo").dump()},
                            row.at("version").get<std::uint64_t>()};
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

void warn(std::string_view whose, const uuid& id, const error& why) {
  spdlog::error("alarm rules of {} {} do not hold: {}", whose, to_string(id), why.message);
}

std::vector<calculated_field> read_fields(const json_text& stored, std::string_view whose,
                                          const uuid& id) {
  std::vector<calculated_field> fields;
  // Nearly all have none.
  if (stored == json_text{"null"}) {
    return fields;
  }
  const auto rows = parsed(stored);
  for (const auto& row : rows.is_array() ? rows : field_json::array()) {
    if (auto field = read_field(row)) {
      fields.push_back(std::move(*field));
    } else {
      warn(whose, id, {error_code::internal, "a stored field cannot be read"});
    }
  }
  return fields;
}

void add_programs(const std::vector<calculated_field>& fields, std::string_view whose,
                  const uuid& id, alarm_programs& to) {
  for (const auto& field : fields) {
    if (auto read = program_of(field)) {
      to.push_back(std::move(*read));
    } else {
      warn(whose, id, read.error());
    }
  }
}

constexpr std::string_view profile_name = "profile";
constexpr std::string_view device_name = "device";

} // namespace

std::vector<calculated_field> fields_of(const device_profile& profile) {
  return read_fields(profile.calculated_fields, profile_name, profile.id.value);
}

std::vector<calculated_field> fields_of(const device_info& device) {
  return read_fields(device.calculated_fields, device_name, device.id.value);
}

json_text stored_fields(const std::vector<calculated_field>& fields) {
  auto rows = field_json::array();
  for (const auto& one : fields) {
    rows.push_back({{"id", to_string(one.id)},
                    {"created", one.created},
                    {"name", one.name},
                    {"configuration", parsed(one.configuration)},
                    {"debug", parsed(one.debug)},
                    {"additionalInfo", parsed(one.additional_info)},
                    {"version", one.version}});
  }
  return {rows.dump()};
}

result<std::shared_ptr<const alarm_program>> program_of(const calculated_field& field) {
  return read_alarm_field(field.name, to_string(field.id), parsed(field.configuration));
}

alarm_programs programs_of(const device_profile& profile) {
  alarm_programs all;
  // Nearly all profiles have none, and need not be read for that.
  if (profile.profile_data.text.find("alarmType") != std::string::npos) {
    if (auto read = read_profile_alarms(parsed(profile.profile_data))) {
      all = std::move(*read);
    } else {
      warn(profile_name, profile.id.value, read.error());
    }
  }
  add_programs(fields_of(profile), profile_name, profile.id.value, all);
  return all;
}

alarm_programs programs_of(const device_info& device) {
  alarm_programs all;
  add_programs(fields_of(device), device_name, device.id.value, all);
  return all;
}

} // namespace muster
