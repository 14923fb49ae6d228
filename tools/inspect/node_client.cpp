#include "tools/inspect/node_client.hpp"

#include <nlohmann/json.hpp>

namespace muster::inspect {

namespace {

using json = nlohmann::ordered_json;

auto address_of(const node_choice& where) -> import::server_address {
  if (where.url.empty()) {
    return {"http://localhost", {}, false, where.data + "/inspect.sock"};
  }
  std::string url = where.url;
  while (url.ends_with('/')) {
    url.pop_back();
  }
  return {url, where.authorities, where.insecure};
}

} // namespace

node_client::node_client(const node_choice& where) : where_(where), client_(address_of(where)) {}

result<json> node_client::get(const std::string& what, const parameters& with) {
  return ask("GET", what, with);
}

result<json> node_client::post(const std::string& what, const parameters& with) {
  return ask("POST", what, with);
}

result<void> node_client::log_in() {
  const json body{{"username", where_.user}, {"password", where_.password}};
  const auto answer = client_.request("POST", "/api/auth/login", body.dump(), {});
  if (!answer) {
    return tl::unexpected(answer.error());
  }
  const auto told = json::parse(answer->body, nullptr, false);
  if (answer->status != 200 || !told.is_object() || !told.contains("token")) {
    return fail(error_code::unauthorized, "the node refused to log " + where_.user + " in");
  }
  headers_ = {"X-Authorization: Bearer " + told["token"].get<std::string>()};
  return {};
}

result<json> node_client::ask(const char* method, const std::string& what, const parameters& with) {
  if (!where_.url.empty() && headers_.empty()) {
    if (auto done = log_in(); !done) {
      return tl::unexpected(std::move(done.error()));
    }
  }
  std::string path = "/api/inspect/" + what;
  for (const auto& [name, value] : with) {
    path +=
        (path.find('?') == std::string::npos ? "?" : "&") + name + "=" + import::url_encoded(value);
  }
  const auto answer = client_.request(method, path, "", headers_);
  if (!answer) {
    return fail(error_code::storage_unavailable, where_.url.empty()
                                                     ? "no node answers at " + where_.data +
                                                           "/inspect.sock: is it "
                                                           "running, and may you read its folder?"
                                                     : answer.error().message);
  }
  auto told = json::parse(answer->body, nullptr, false);
  if (answer->status != 200) {
    const bool says = told.is_object() && told.contains("message");
    return fail(error_code::invalid, says ? told["message"].get<std::string>()
                                          : "the node answered " + std::to_string(answer->status));
  }
  return told;
}

} // namespace muster::inspect
