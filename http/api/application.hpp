#pragma once

#include "actors/model/time.hpp"
#include "actors/service/service.hpp"
#include "http/api/endpoint_metrics.hpp"
#include "http/api/options.hpp"
#include "http/api/router.hpp"
#include "http/server/exchange.hpp"
#include "http/server/server.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace muster::http {

/// Everything the node serves: the device API and what was added to the router. Made before the
/// server and destroyed after it; the service is destroyed before the server, because replies that
/// are still under way are posted to reactors.
class api_application : public application {
public:
  /// Learns the server's reactors; once, before `server::start`.
  virtual void attach(server& serving) = 0;
  /// Ends parked polls with 408 and waiting RPC callers with 503, those that still come too. Call
  /// it with `server::begin_shutdown` and `service::begin_shutdown`. Any thread.
  virtual void begin_shutdown() = 0;
  /// What every endpoint has counted. Any thread.
  [[nodiscard]] virtual std::vector<endpoint_reading> endpoints() const = 0;
};

/// Adds routes of another API: `add_rest_routes(router&, ...)`, `add_operation_routes(router&,
/// ...)` with their arguments bound.
using add_routes = std::function<void(router&)>;

/// `below` and `clock` must outlive every request.
[[nodiscard]] std::unique_ptr<api_application>
make_application(service& below, const api_options& options, const clock_source& clock,
                 const std::vector<add_routes>& others = {});

} // namespace muster::http
