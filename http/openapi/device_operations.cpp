#include "http/openapi/operations.hpp"

namespace muster::http::openapi {

namespace {

constexpr operation device_api_operations[] = {
    {post, "/api/v1/{token}/telemetry", callers::device, "Sends telemetry", "", "Telemetry"},
    {get, "/api/v1/{token}/attributes", callers::device, "Reads client and shared attributes",
     "clientKeys sharedKeys", "", "DeviceAttributes", "304"},
    {post, "/api/v1/{token}/attributes", callers::device, "Sets client attributes", "", "Values"},
    {get, "/api/v1/{token}/attributes/updates", callers::device,
     "Waits for changes of shared attributes", "timeout", "", "Values", "408"},
    {get, "/api/v1/{token}/rpc", callers::device, "Waits for an RPC to the device", "timeout", "",
     "DeviceRpc", "408"},
    {post, "/api/v1/{token}/rpc/{id}", callers::device, "Replies to an RPC", "", "Any"},
    {post, "/api/v1/{token}/rpc", callers::device, "Calls the server", "", "ClientRpc", "Any",
     "408"},
    {post, "/api/v1/{token}/claim", callers::device, "Allows the device to be claimed", "",
     "DeviceClaim?"},
    {get, "/api/v1/{token}/firmware", callers::device, "Downloads the firmware, whole or a piece",
     "title! version! size chunk", "", "application/octet-stream", "206 404 416"},
    {get, "/api/v1/{token}/software", callers::device, "Downloads the software, whole or a piece",
     "title! version! size chunk", "", "application/octet-stream", "206 404 416"},
    {post, "/api/v1/provision", callers::anybody, "Makes a device known by its profile's key", "",
     "ProvisionRequest", "ProvisionResult", "429"},
};

constexpr operation node_operations[] = {
    {get, "/health/live", callers::anybody, "Whether the process answers", "", "", "Health"},
    {get, "/health/ready", callers::anybody, "Whether the node takes requests", "", "", "Health"},
    {get, "/metrics", callers::anybody, "What the node counts, for Prometheus", "", "",
     "text/plain"},
    {get, "/api/cluster", callers::system,
     "The cluster's nodes, and which of them owns which shard", "", "", "Cluster"},
    {get, "/api/inspect/{what}", callers::system,
     "What the node says of itself or of a device (see muster-inspect)",
     "device after limit sort chain here filter rule errors", "", "Any", "404"},
    {post, "/api/inspect/{what}", callers::system,
     "Changes something for an operator (see muster-inspect)", "device level folder", "", "Any",
     "404"},
    {get, "/api/openapi.json", callers::anybody, "This description", "", "", "Any"},
};

} // namespace

const std::span<const operation> device_api{device_api_operations};
const std::span<const operation> node_operation{node_operations};

} // namespace muster::http::openapi
