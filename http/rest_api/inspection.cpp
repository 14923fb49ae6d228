#include "http/rest_api/resources.hpp"
#include "http/rest_api/rest_call.hpp"

#include <array>

namespace muster::http::rest {

namespace {

/// See actors/inspection.
constexpr std::array<std::string_view, 9> inspect_parameters{
    "device", "after", "limit", "sort", "level", "folder", "chain", "here", "filter"};

class inspect_call final : public rest_call {
public:
  inspect_call(rest_api& api, bool may_change) : rest_call{api, {true, false, false}} {
    wanted_.may_change = may_change;
  }

private:
  result<void> prepare(const path_parameters& path, const query_parameters& query) override {
    wanted_.what = std::string{path[0].substr(0, 100)};
    for (const auto name : inspect_parameters) {
      auto text = query.text(name);
      if (!text) {
        return tl::unexpected{text.error()};
      }
      if (*text) {
        wanted_.with.emplace_back(name, std::move(**text));
      }
    }
    return {};
  }

  void run(exchange&) override {
    wanted_.who = who();
    ask<inspected>(wanted_,
                   [this](inspected& found) { answer_json(std::move(found.report.text)); });
  }

  inspect wanted_;
};

} // namespace

void add_inspection_routes(router& to, rest_api& api) {
  to.add<inspect_call>(method::get, "/api/inspect/{what}", {}, std::ref(api), false);
  to.add<inspect_call>(method::post, "/api/inspect/{what}", {body_limit}, std::ref(api), true);
}

} // namespace muster::http::rest
