#pragma once

#include "actors/model/entity.hpp"
#include "actors/rules/alarms/alarm_program.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace muster {

/// A calculated field of type ALARM of a profile's devices, or of one device. It lies in the row of
/// its profile or device. The version grows by one per change.
struct calculated_field {
  uuid id;
  timestamp created = 0;
  /// The type of its alarms; unique in the profile, or of the device.
  std::string name;
  /// As applications gave it; an object.
  json_text configuration{"{}"};
  json_text debug{"null"};
  json_text additional_info{"null"};
  std::uint64_t version = 1;

  friend bool operator==(const calculated_field&, const calculated_field&) = default;
};

// What the row holds. One that cannot be read, which no store should hold, is left out.

std::vector<calculated_field> fields_of(const device_profile& profile);
std::vector<calculated_field> fields_of(const device_info& device);
json_text stored_fields(const std::vector<calculated_field>& fields);

/// Error: invalid, with the member that is wrong.
result<std::shared_ptr<const alarm_program>> program_of(const calculated_field& field);

/// All alarm rules of the profile's devices: of its data, then of its calculated fields. Those that
/// cannot be read, which are not saved, do not hold and are logged.
alarm_programs programs_of(const device_profile& profile);
/// The same of the device's own calculated fields.
alarm_programs programs_of(const device_info& device);

} // namespace muster
