#include "http/rest_api/object_writer.hpp"
#include "http/rest_api/package_calls.hpp"
#include "http/rest_api/resources.hpp"

namespace muster::http::rest {

namespace {

std::string rollout_json(const rollout_status& status) {
  std::string states;
  object_writer of_states{states};
  for (const auto& [state, count] : status.states) {
    of_states.number(state, static_cast<std::int64_t>(count));
  }
  of_states.end();
  std::string out;
  object_writer{out}
      .number("devices", static_cast<std::int64_t>(status.devices))
      .number("told", static_cast<std::int64_t>(status.told))
      .boolean("running", status.running)
      .raw("states", states)
      .end();
  return out;
}

/// `GET /api/otaPackage/{id}/rollout`: how far the package has come.
class rollout_call final : public package_call {
public:
  explicit rollout_call(rest_api& api) : package_call{api, {false, true, false}} {}

private:
  result<void> prepare(const path_parameters& path, const query_parameters&) override {
    return read_package_id(path[0]);
  }
  void run(exchange&) override {
    ask<rollout_status>(get_rollout{who(), package_},
                        [this](rollout_status& status) { answer_json(rollout_json(status)); });
  }
};

} // namespace

void add_package_rollout_routes(router& to, rest_api& api) {
  to.add<rollout_call>(method::get, "/api/otaPackage/{otaPackageId}/rollout", {}, std::ref(api));
}

} // namespace muster::http::rest
