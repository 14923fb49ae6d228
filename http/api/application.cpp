#include "http/api/application.hpp"

#include "http/api/edge.hpp"
#include "http/api/errors.hpp"
#include "http/device_api/routes.hpp"

#include <chrono>
#include <utility>

namespace muster::http {

namespace {

/// The router's decisions, in the order of checks: path, method, length and presence of a body; the
/// rest is the call's.
class routed_application final : public api_application {
public:
  routed_application(service& below, const api_options& options, const clock_source& clock,
                     const std::vector<add_routes>& others)
      : below_{below}, options_{options}, clock_{clock} {
    add_device_routes(router_);
    for (const auto& add : others) {
      add(router_);
    }
  }

  void attach(server& serving) override {
    for (std::size_t i = 0; i < serving.reactor_count(); ++i) {
      auto& counters =
          *counters_.emplace_back(std::make_unique<endpoint_counters>(router_.routes().size()));
      edges_.push_back(std::make_unique<edge>(serving.reactor_at(i), below_, clock_, options_,
                                              limits_, counters));
    }
  }

  void begin_shutdown() override {
    for (auto& each : edges_) {
      each->begin_shutdown();
    }
  }

  std::vector<endpoint_reading> endpoints() const override {
    std::vector<endpoint_reading> readings(router_.routes().size() + 1);
    for (const auto& each : router_.routes()) {
      readings[each->index].method = name_of(each->method);
      readings[each->index].path = each->pattern;
    }
    for (const auto& counters : counters_) {
      for (std::size_t place = 0; place < readings.size(); ++place) {
        counters->add_to(readings[place], place);
      }
    }
    return readings;
  }

  verdict on_head(exchange& request) override {
    edge& at = *edges_[request.reactor().index()];
    const match found = router_.find(request.method(), request.path());
    if (found.what != match::kind::found) {
      return refuse(at, nullptr, unrouted(request, found));
    }
    const route_rule& rule = found.target->rule;
    if (auto bad_body = request.check_body(rule.body_limit, rule.body_required)) {
      return refuse(at, found.target, *std::move(bad_body));
    }
    try {
      return at.start(request, *found.target, found.path);
    } catch (const std::exception& mistake) {
      return refuse(at, found.target, at.mistaken(mistake));
    }
  }

  void on_body(exchange& request, std::string piece) override {
    edge& at = *edges_[request.reactor().index()];
    at.guarded(request.handle(),
               [&] { static_cast<call&>(*request.context()).on_body(request, std::move(piece)); });
  }

  void on_request(exchange& request) override {
    edge& at = *edges_[request.reactor().index()];
    at.guarded(request.handle(),
               [&] { static_cast<call&>(*request.context()).on_request(request); });
  }

private:
  verdict refuse(edge& at, const route* target, response answer) const {
    at.count(target, answer.status, std::chrono::steady_clock::now());
    return verdict::refuse(std::move(answer));
  }

  response unrouted(const exchange& request, const match& found) const {
    const timestamp now = clock_.now().wall;
    if (found.what == match::kind::unreadable) {
      return error_response(400, "The path is not percent-encoded correctly", now);
    }
    if (found.what == match::kind::no_path) {
      return error_response(404, "There is nothing at this path", now);
    }
    const std::string method{request.method_text()};
    return error_response(405, "Request method '" + method + "' is not supported", now)
        .header("Allow", found.allow);
  }

  service& below_;
  const api_options options_;
  const clock_source& clock_;
  edge_limits limits_;
  router router_;
  std::vector<std::unique_ptr<endpoint_counters>> counters_;
  std::vector<std::unique_ptr<edge>> edges_;
};

} // namespace

std::unique_ptr<api_application> make_application(service& below, const api_options& options,
                                                  const clock_source& clock,
                                                  const std::vector<add_routes>& others) {
  return std::make_unique<routed_application>(below, options, clock, others);
}

} // namespace muster::http
