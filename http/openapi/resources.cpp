#include "http/openapi/operations.hpp"

#include <array>

namespace muster::http::openapi {

std::span<const resource> resources() {
  static const std::array all{
      resource{"Devices themselves", device_api},
      resource{"Log-in", log_in},
      resource{"Devices", devices},
      resource{"Owners of devices", device_owners},
      resource{"Attributes", attributes},
      resource{"Telemetry", telemetry},
      resource{"RPC", rpc},
      resource{"Device profiles", device_profiles},
      resource{"Rule chains", rule_chains},
      resource{"Relations", relations},
      resource{"Alarms", alarms},
      resource{"Calculated fields", calculated_fields},
      resource{"Packages", packages},
      resource{"Customers", customers},
      resource{"Users", users},
      resource{"Tenants", tenants},
      resource{"Audit log", audit_log},
      resource{"Operation", node_operation},
  };
  return all;
}

} // namespace muster::http::openapi
