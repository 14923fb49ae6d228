#include "http/device_api/routes.hpp"
#include "http/openapi/document.hpp"
#include "http/operation/routes.hpp"
#include "http/rest_api/routes.hpp"
#include "tests/catch.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <set>
#include <string>

namespace muster::http {

namespace {

using nlohmann::json;

/// Every route of the node, as it makes them.
class all_routes {
public:
  all_routes() {
    add_device_routes(router_);
    rest::add_rest_routes(router_, api_);
    add_operation_routes(router_, sources_);
  }
  [[nodiscard]] std::set<std::string> names() const {
    std::set<std::string> all;
    for (const auto& each : router_.routes()) {
      all.insert(std::string{name_of(each->method)} + ' ' + each->pattern);
    }
    return all;
  }
  [[nodiscard]] bool takes_body(const std::string& name) const {
    for (const auto& each : router_.routes()) {
      if (std::string{name_of(each->method)} + ' ' + each->pattern == name) {
        return each->rule.body_limit > 0;
      }
    }
    return false;
  }

private:
  system_clock_source clock_;
  operation_sources sources_;
  rest::rest_api api_{"key", clock_, {}};
  router router_;
};

std::set<std::string> path_names(std::string path) {
  std::set<std::string> names;
  for (auto open = path.find('{'); open != std::string::npos; open = path.find('{')) {
    const auto close = path.find('}');
    names.insert(path.substr(open + 1, close - open - 1));
    path.erase(0, close + 1);
  }
  return names;
}

void check_references(const json& at, const json& schemas) {
  if (at.is_object() && at.contains("$ref")) {
    const std::string name = at["$ref"].get<std::string>().substr(21);
    INFO(name);
    CHECK(schemas.contains(name));
  }
  for (const auto& below : at) {
    if (below.is_structured()) {
      check_references(below, schemas);
    }
  }
}

} // namespace

TEST_CASE("the description names every route, and no other") {
  const auto whole = json::parse(openapi::document());
  std::set<std::string> described;
  for (const auto& [path, methods] : whole["paths"].items()) {
    for (const auto& [method, about] : methods.items()) {
      std::string name = method;
      std::transform(name.begin(), name.end(), name.begin(),
                     [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
      described.insert(name + ' ' + path);
    }
  }
  CHECK(described == all_routes{}.names());
}

TEST_CASE("each operation is told whole") {
  const auto whole = json::parse(openapi::document());
  const all_routes served;
  std::set<std::string> ids;
  for (const auto& [path, methods] : whole["paths"].items()) {
    for (const auto& [method, about] : methods.items()) {
      INFO(method << ' ' << path);
      CHECK(ids.insert(about["operationId"]).second);
      CHECK_FALSE(about["summary"].get<std::string>().empty());
      std::set<std::string> named;
      for (const auto& parameter : about["parameters"]) {
        if (parameter["in"] == "path") {
          named.insert(parameter["name"].get<std::string>());
        }
      }
      CHECK(named == path_names(path));
      if (about.contains("requestBody")) {
        CHECK(method == "post");
        CHECK(served.takes_body("POST " + path));
      }
      CHECK(about["responses"].size() >= 2);
    }
  }
}

TEST_CASE("every schema that is named is there") {
  const auto whole = json::parse(openapi::document());
  check_references(whole, whole["components"]["schemas"]);
}

} // namespace muster::http
