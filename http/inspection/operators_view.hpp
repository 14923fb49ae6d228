#pragma once

#include "actors/inspection/edge_view.hpp"
#include "http/api/application.hpp"
#include "http/server/server.hpp"

namespace muster::http {

/// The server and what it serves, as operators look at them. Both outlive it.
class operators_view final : public edge_view {
public:
  operators_view(const api_application& application, const server& serving)
      : application_{application}, server_{serving} {}

  edge_facts facts() const override;

private:
  const api_application& application_;
  const server& server_;
};

} // namespace muster::http
