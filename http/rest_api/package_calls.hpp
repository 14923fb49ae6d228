#pragma once

#include "http/rest_api/rest_call.hpp"

#include <string_view>

namespace muster::http::rest {

/// A call about one package; says which is unknown.
class package_call : public rest_call {
protected:
  using rest_call::rest_call;

  result<void> read_package_id(std::string_view text);
  response shape(const error& what) const override;
  /// The record as JSON.
  void answer_package(const package_info& package);

  package_id package_;
};

} // namespace muster::http::rest
