#include "http/inspection/inspect_query.hpp"
#include "http/rest_api/resources.hpp"
#include "http/rest_api/rest_call.hpp"

namespace muster::http::rest {

namespace {

class inspect_call final : public rest_call {
public:
  inspect_call(rest_api& api, bool may_change)
      : rest_call{api, {true, false, false}}, may_change_{may_change} {}

private:
  result<void> prepare(const path_parameters& path, const query_parameters& query) override {
    return assign(wanted_, read_inspect(path[0], query));
  }

  void run(exchange&) override {
    wanted_.who = who();
    wanted_.may_change = may_change_;
    ask<inspected>(wanted_,
                   [this](inspected& found) { answer_json(std::move(found.report.text)); });
  }

  const bool may_change_;
  inspect wanted_;
};

} // namespace

void add_inspection_routes(router& to, rest_api& api) {
  to.add<inspect_call>(method::get, "/api/inspect/{what}", {}, std::ref(api), false);
  to.add<inspect_call>(method::post, "/api/inspect/{what}", {body_limit}, std::ref(api), true);
}

} // namespace muster::http::rest
