#include "http/openapi/operations.hpp"

namespace muster::http::openapi {

namespace {

constexpr std::string_view device_page =
    "pageSize! page! textSearch sortProperty sortOrder type deviceProfileId active";
constexpr std::string_view history =
    "keys startTs endTs intervalType interval timeZone limit agg orderBy useStrictDataTypes";

constexpr operation device_operations[] = {
    {post, "/api/device", callers::users, "Creates or changes a device",
     "accessToken nameConflictPolicy uniquifySeparator uniquifyStrategy", "Device", "Device",
     "409"},
    {post, "/api/device-with-credentials", callers::tenant,
     "Creates or changes a device and its credentials",
     "nameConflictPolicy uniquifySeparator uniquifyStrategy", "DeviceWithCredentials", "Device",
     "409"},
    {get, "/api/device/{deviceId}", callers::users, "Reads a device", "", "", "Device"},
    {remove, "/api/device/{deviceId}", callers::tenant, "Deletes a device"},
    {get, "/api/device/info/{deviceId}", callers::users, "Reads a device with what is around it",
     "", "", "DeviceInfo"},
    {get, "/api/device/{deviceId}/credentials", callers::users, "Reads a device's credentials", "",
     "", "Credentials"},
    {post, "/api/device/credentials", callers::tenant, "Changes a device's credentials", "",
     "Credentials", "Credentials", "404 409"},
    {get, "/api/tenant/devices", callers::tenant, "Lists devices, or finds one by its name",
     "pageSize page textSearch sortProperty sortOrder type deviceName", "", "{Device}", "404"},
    {get, "/api/tenant/device", callers::tenant, "Finds a device by its name", "deviceName!", "",
     "Device", "404"},
    {get, "/api/tenant/deviceInfos", callers::tenant, "Lists devices with what is around them",
     device_page, "", "{DeviceInfo}"},
    {get, "/api/devices", callers::users, "Reads several devices", "deviceIds!", "", "[Device]"},
    {get, "/api/device/types", callers::users, "Lists the types of devices", "", "",
     "[EntitySubtype]"},
    {get, "/api/device-connectivity/{deviceId}", callers::users,
     "Commands that send telemetry as the device", "", "", "Connectivity"},
};

constexpr operation owner_operations[] = {
    {get, "/api/customer/{customerId}/devices", callers::users, "Lists a customer's devices",
     "pageSize! page! textSearch sortProperty sortOrder type", "", "{Device}"},
    {get, "/api/customer/{customerId}/deviceInfos", callers::users,
     "Lists a customer's devices with what is around them", device_page, "", "{DeviceInfo}"},
    {post, "/api/customer/{customerId}/device/{deviceId}", callers::tenant,
     "Gives a device to a customer", "", "", "Device"},
    {remove, "/api/customer/device/{deviceId}", callers::tenant, "Takes a device from its customer",
     "", "", "Device"},
    {post, "/api/customer/public/device/{deviceId}", callers::tenant, "Shows a device to everybody",
     "", "", "Device"},
    {post, "/api/customer/device/{deviceName}/claim", callers::customer, "Claims a device", "",
     "ClaimRequest?", "ClaimResult", "429"},
    {remove, "/api/customer/device/{deviceName}/claim", callers::users, "Gives a device back"},
};

constexpr operation attribute_operations[] = {
    {get, "/api/plugins/telemetry/{entityType}/{entityId}/keys/attributes", callers::users,
     "Lists the names of attributes", "", "", "[text]"},
    {get, "/api/plugins/telemetry/{entityType}/{entityId}/keys/attributes/{scope}", callers::users,
     "Lists the names of a scope's attributes", "", "", "[text]"},
    {get, "/api/plugins/telemetry/{entityType}/{entityId}/values/attributes", callers::users,
     "Reads attributes", "keys", "", "[Attribute]"},
    {get, "/api/plugins/telemetry/{entityType}/{entityId}/values/attributes/{scope}",
     callers::users, "Reads a scope's attributes", "keys", "", "[Attribute]"},
    {post, "/api/plugins/telemetry/{deviceId}/{scope}", callers::users, "Sets attributes", "",
     "Values"},
    {post, "/api/plugins/telemetry/{entityType}/{entityId}/{scope}", callers::users,
     "Sets attributes", "", "Values"},
    {post, "/api/plugins/telemetry/{entityType}/{entityId}/attributes/{scope}", callers::users,
     "Sets attributes", "", "Values"},
    {remove, "/api/plugins/telemetry/{deviceId}/{scope}", callers::users, "Deletes attributes",
     "keys!"},
    {remove, "/api/plugins/telemetry/{entityType}/{entityId}/{scope}", callers::users,
     "Deletes attributes", "keys!"},
};

constexpr operation telemetry_operations[] = {
    {get, "/api/plugins/telemetry/{entityType}/{entityId}/keys/timeseries", callers::users,
     "Lists the names of telemetry", "", "", "[text]"},
    {get, "/api/plugins/telemetry/{entityType}/{entityId}/values/timeseries", callers::users,
     "Reads the latest values, or with a range of time the history", history, "", "Series"},
    {get, "/api/plugins/telemetry/{entityType}/{entityId}/values/timeseries/history",
     callers::users, "Reads history", history, "", "Series"},
    {post, "/api/plugins/telemetry/{entityType}/{entityId}/timeseries/{scope}", callers::users,
     "Saves telemetry", "", "Telemetry"},
    {post, "/api/plugins/telemetry/{entityType}/{entityId}/timeseries/{scope}/{ttl}",
     callers::users, "Saves telemetry for a time", "", "Telemetry"},
    {remove, "/api/plugins/telemetry/{entityType}/{entityId}/timeseries/delete", callers::users,
     "Deletes telemetry",
     "keys! startTs endTs deleteAllDataForKeys deleteLatest rewriteLatestIfDeleted"},
};

constexpr operation rpc_operations[] = {
    {post, "/api/plugins/rpc/oneway/{deviceId}", callers::users, "Calls a device, without a reply",
     "", "RpcRequest", "Any", "408 409"},
    {post, "/api/plugins/rpc/twoway/{deviceId}", callers::users, "Calls a device", "", "RpcRequest",
     "Any", "406 408 409"},
    {post, "/api/rpc/oneway/{deviceId}", callers::users, "Calls a device, without a reply", "",
     "RpcRequest", "Any", "504"},
    {post, "/api/rpc/twoway/{deviceId}", callers::users, "Calls a device", "", "RpcRequest", "Any",
     "406 504"},
    {get, "/api/rpc/persistent/{rpcId}", callers::users, "Reads a persistent RPC", "", "", "Rpc"},
    {get, "/api/rpc/persistent/device/{deviceId}", callers::users,
     "Lists a device's persistent RPCs",
     "pageSize! page! textSearch sortProperty sortOrder rpcStatus", "", "{Rpc}"},
    {remove, "/api/rpc/persistent/{rpcId}", callers::tenant, "Deletes a persistent RPC"},
};

} // namespace

const std::span<const operation> devices{device_operations};
const std::span<const operation> device_owners{owner_operations};
const std::span<const operation> attributes{attribute_operations};
const std::span<const operation> telemetry{telemetry_operations};
const std::span<const operation> rpc{rpc_operations};

} // namespace muster::http::openapi
