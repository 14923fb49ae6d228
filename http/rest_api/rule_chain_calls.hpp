#pragma once

#include "http/json/reader.hpp"
#include "http/rest_api/entity_call.hpp"
#include "http/rest_api/page_parameters.hpp"

#include <string_view>
#include <vector>

namespace muster::http::rest {

/// A call about rule chains: of tenants' administrators alone.
class rule_chain_call : public entity_call {
protected:
  explicit rule_chain_call(rest_api& api, bool needs_body = false)
      : entity_call{api, tenant_administrators_only, "Rule chain", needs_body} {}

  /// `read(text)` of a body that is strict JSON of a bounded depth; an error is answered.
  template <class Read>
  auto read_body(exchange& request, Read read) -> decltype(read(std::string_view{})) {
    const auto strict = json::read_strict(request.body());
    auto made = strict ? read(std::string_view{strict->text}) : tl::unexpected{strict.error()};
    if (!made) {
      fail_with(made.error());
    }
    return made;
  }
};

} // namespace muster::http::rest
