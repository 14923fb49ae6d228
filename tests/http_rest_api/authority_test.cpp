#include "http/device_api/routes.hpp"
#include "http/operation/routes.hpp"
#include "tests/http_rest_api/authority_table.hpp"
#include "tests/http_rest_api/world.hpp"

#include <functional>
#include <set>

namespace muster::http::rest::test {

namespace {

/// Every route of the node, as it makes them.
std::set<std::string> all_routes() {
  const system_clock_source clock;
  const operation_sources sources;
  rest_api api{"key", clock, {}};
  router made;
  add_device_routes(made);
  add_rest_routes(made, api);
  add_operation_routes(made, sources);
  std::set<std::string> names;
  for (const auto& each : made.routes()) {
    names.insert(std::string{name_of(each->method)} + ' ' + each->pattern);
  }
  return names;
}

/// A caller, and whether he is of the owners of what the calls are about.
struct actor {
  std::string_view name;
  char role;
  bool of_tenant;
  bool of_customer;
  caller (world::*connect)() const;
};

constexpr actor actors[] = {
    {"nobody", '-', false, false, &world::nobody_at_all},
    {"another tenant's administrator", 'T', false, false, &world::foreign_tenant},
    {"another customer's user", 'C', true, false, &world::other_customer},
    {"the system administrator", 'S', true, true, &world::system},
    {"the customer's user", 'C', true, true, &world::customer},
    {"the tenant's administrator", 'T', true, true, &world::tenant},
};

bool may(const actor& who, const expectation& what) {
  if (what.roles.find(who.role) == std::string_view::npos) {
    return false;
  }
  switch (what.whose) {
  case subject::customer:
    return who.of_customer;
  case subject::tenant:
    return who.of_tenant;
  default:
    return true;
  }
}

/// There is nothing left then to be made anew.
bool deletes_owner(const expectation& what) {
  return what.route == "DELETE /api/customer/{customerId}" ||
         what.route == "DELETE /api/tenant/{tenantId}";
}

void check_call(const world& here, const actor& who, const expectation& what) {
  auto by = (here.*who.connect)();
  const std::string route{what.route};
  const bool upload = what.body.starts_with("--");
  const auto answer =
      by.call(route.substr(0, route.find(' ')), here.fill(what.target), here.fill(what.body),
              upload ? "multipart/form-data; boundary=b" : "application/json");
  INFO(route << " by " << who.name << ": " << answer.status << ' ' << answer.body);
  if (what.whose == subject::device) {
    // A user's token is no device's.
    CHECK(answer.status == 401);
  } else if (who.role == '-') {
    CHECK(answer.status == 401);
  } else if (may(who, what)) {
    CHECK(answer.status == what.good);
  } else {
    const bool refused = answer.status == 403 || answer.status == 404;
    CHECK(refused);
  }
  if (!who.of_customer) {
    CHECK(answer.body.find(world::customer_mark) == std::string::npos);
  }
  if (!who.of_tenant) {
    CHECK(answer.body.find(world::tenant_mark) == std::string::npos);
  }
}

} // namespace

TEST_CASE("every route is in the table of who may call it") {
  std::set<std::string> named;
  for (const expectation& each : all_expectations()) {
    CHECK(named.insert(std::string{each.route}).second);
  }
  CHECK(named == all_routes());
}

TEST_CASE("nobody sees or changes what is not his") {
  demo_node node;
  world here{node};
  // First all that is refused: what is let through changes what the others are to be kept from.
  for (const bool allowed : {false, true}) {
    for (const expectation& what : all_expectations()) {
      for (const actor& who : actors) {
        if (what.whose == subject::open || may(who, what) != allowed ||
            (what.whose == subject::session && who.role != '-')) {
          continue;
        }
        check_call(here, who, what);
        if (allowed && !what.route.starts_with("GET") && !deletes_owner(what)) {
          here.renew();
        }
      }
    }
  }
}

} // namespace muster::http::rest::test
