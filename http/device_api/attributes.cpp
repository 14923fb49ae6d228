#include "http/api/decoded_size.hpp"
#include "http/api/entity_tag.hpp"
#include "http/device_api/device_call.hpp"
#include "http/device_api/resources.hpp"
#include "http/json/writer.hpp"

#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace muster::http {

namespace {

/// The keys as they were named, repeated ones once: an object must not have two members of a name.
void drop_repeated(std::optional<std::vector<std::string>>& keys) {
  if (keys) {
    std::unordered_set<std::string> seen;
    std::erase_if(*keys, [&](const std::string& key) { return !seen.insert(key).second; });
  }
}

/// `POST /api/v1/{token}/attributes`
class attribute_upload final : public device_call {
public:
  void on_request(exchange& request) override {
    auto values = payload::read_attributes(codec(), request.body(), rules());
    if (!values) {
      return refuse(values.error());
    }
    if (!admit_points(values->size())) {
      return;
    }
    if (!request.reserve_decoded(decoded_size(*values))) {
      return refuse({error_code::overloaded, {}});
    }
    send(save_attributes{attribute_scope::client, *std::move(values), true});
  }

private:
  counted kind() const override { return counted::telemetry_message; }
};

/// `GET /api/v1/{token}/attributes`
class attribute_read final : public device_call {
public:
  result<void> read_parameters(const exchange& request, const path_parameters&) override {
    const query_parameters query{request.query()};
    auto client = query.list("clientKeys");
    if (!client) {
      return tl::unexpected(std::move(client.error()));
    }
    auto shared = query.list("sharedKeys");
    if (!shared) {
      return tl::unexpected(std::move(shared.error()));
    }
    if (!*client && !*shared) {
      // Nothing named: everything of both.
      client->emplace();
      shared->emplace();
    }
    drop_repeated(*client);
    drop_repeated(*shared);
    wanted_ = {*std::move(client), *std::move(shared)};
    if (const auto known = request.header("If-None-Match")) {
      known_tags_ = *known;
    }
    return {};
  }

  void on_request(exchange&) override { send(std::move(wanted_)); }

  void on_success(reply& what) override {
    std::string body;
    json::append(body, std::get<device_attributes>(what));
    response found = payload::answer(codec(), std::move(body));
    // Of the bytes, so that each codec has tags of its own.
    const std::string tag = entity_tag(found.body);
    if (matches_tag(known_tags_, tag)) {
      found = response{304};
    }
    found.header("ETag", tag);
    answer(std::move(found));
  }

private:
  read_device_attributes wanted_;
  /// `If-None-Match`
  std::string known_tags_;
};

} // namespace

void add_attributes(router& to) {
  constexpr std::string_view path = "/api/v1/{token}/attributes";
  to.add<attribute_upload>(method::post, path,
                           {.body_limit = device_body_limit, .body_required = true});
  to.add<attribute_read>(method::get, path, {.body_limit = device_body_limit});
}

} // namespace muster::http
