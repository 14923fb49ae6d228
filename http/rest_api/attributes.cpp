#include "http/api/decoded_size.hpp"
#include "http/json/reader.hpp"
#include "http/json/writer.hpp"
#include "http/rest_api/entity_path.hpp"
#include "http/rest_api/owner_json.hpp"
#include "http/rest_api/relation_json.hpp"
#include "http/rest_api/resources.hpp"
#include "http/rest_api/rest_call.hpp"

#include <optional>
#include <vector>

namespace muster::http::rest {

namespace {

result<attribute_scope> read_scope(std::string_view text) {
  if (text == "CLIENT_SCOPE") {
    return attribute_scope::client;
  }
  if (text == "SHARED_SCOPE") {
    return attribute_scope::shared;
  }
  if (text == "SERVER_SCOPE") {
    return attribute_scope::server;
  }
  return fail(error_code::invalid, "Invalid scope: " + std::string{text.substr(0, 100)});
}

/// Devices, and what else has attributes: customers and tenants, of the server scope.
result<entity_ref> read_attributes_owner(std::string_view type, std::string_view id) {
  auto entity = read_entity_ref(type, id);
  const bool known =
      entity && (entity->kind == entity_type::device || entity->kind == entity_type::customer ||
                 entity->kind == entity_type::tenant);
  return known || !entity ? std::move(entity)
                          : fail(error_code::invalid,
                                 "Unsupported entity type: " + std::string{type.substr(0, 100)});
}

/// Reads attributes: `/{entityType}/{entityId}/...` with the scope, if any, as the last segment.
class attributes_call : public text_call {
protected:
  using text_call::text_call;

  result<void> read_target(const path_parameters& path) {
    if (const auto good = assign(entity_, read_attributes_owner(path[0], path[1])); !good) {
      return good;
    }
    device_ = device_id{entity_.id};
    if (path.size() < 3) {
      return {};
    }
    return assign(scope_, read_scope(path[2]).map(
                              [](attribute_scope scope) { return std::optional{scope}; }));
  }

  [[nodiscard]] bool of_device() const { return entity_.kind == entity_type::device; }

  /// What is asked for; `then` takes it.
  template <class Then>
  void read(std::optional<std::vector<std::string>> keys, Then then) {
    if (of_device()) {
      return send<std::vector<attribute>>(device_, read_attributes{scope_, std::move(keys)},
                                          std::move(then));
    }
    if (scope_.value_or(attribute_scope::server) != attribute_scope::server) {
      std::vector<attribute> none;
      return then(none);
    }
    ask<std::vector<attribute>>(get_entity_attributes{who(), entity_, std::move(keys)},
                                std::move(then));
  }

  response shape(const error& what) const override {
    if (of_device()) {
      return text_call::shape(what);
    }
    const std::string kind = entity_.kind == entity_type::customer ? "Customer" : "Tenant";
    if (what.code == error_code::not_found) {
      return text_fault({what.code, kind + " with requested id wasn't found!"}, now());
    }
    if (what.code == error_code::forbidden) {
      return text_fault({what.code, is_customer()
                                        ? "Customer is not allowed to perform this operation!"
                                        : kind + " doesn't belong to the current Tenant!"},
                        now());
    }
    return text_fault(what, now());
  }

  entity_ref entity_;
  std::optional<attribute_scope> scope_;
};

class attribute_keys_call final : public attributes_call {
public:
  explicit attribute_keys_call(rest_api& api) : attributes_call{api} {}

private:
  result<void> prepare(const path_parameters& path, const query_parameters&) override {
    return read_target(path);
  }
  void run(exchange&) override {
    read({}, [this](std::vector<attribute>& found) { answer_json(names_json(found)); });
  }
};

class attribute_values_call final : public attributes_call {
public:
  explicit attribute_values_call(rest_api& api) : attributes_call{api} {}

private:
  result<void> prepare(const path_parameters& path, const query_parameters& query) override {
    if (const auto good = assign(keys_, read_keys(query)); !good) {
      return good;
    }
    return read_target(path);
  }
  void run(exchange&) override {
    read(std::move(keys_), [this](std::vector<attribute>& found) {
      std::string out;
      json::append(out, found);
      answer_json(std::move(out));
    });
  }

  std::optional<std::vector<std::string>> keys_;
};

/// What is wrong with attributes that could not be read, in the reference's words.
error attribute_fault(std::string_view body, error why) {
  if (why.code != error_code::malformed) {
    return why;
  }
  const auto document = json::read_document(body);
  if (!document) {
    return {error_code::invalid, "Invalid JSON"};
  }
  if (!document->text.starts_with('{')) {
    return {error_code::invalid, "Request is not a JSON object"};
  }
  return why;
}

/// `/{deviceId}/{scope}`, `/{entityType}/{entityId}/{scope}` and the latter with `attributes`
/// before the scope.
class change_attributes_call : public attributes_call {
protected:
  using attributes_call::attributes_call;

  result<void> read_scoped_target(const path_parameters& path) {
    if (path.size() > 2) {
      return read_target(path).and_then([&] { return check_scope(path[2]); });
    }
    if (const auto good = read_device_id(path[0]); !good) {
      return good;
    }
    return assign(scope_, read_scope(path[1]).map(
                              [](attribute_scope scope) { return std::optional{scope}; }));
  }

private:
  /// Only devices have more than one.
  result<void> check_scope(std::string_view name) const {
    return of_device() || scope_ == attribute_scope::server
               ? result<void>{}
               : fail(error_code::invalid, "Invalid scope: " + std::string{name});
  }
};

class save_attributes_call final : public change_attributes_call {
public:
  explicit save_attributes_call(rest_api& api) : change_attributes_call{api, true} {}

private:
  result<void> prepare(const path_parameters& path, const query_parameters&) override {
    if (const auto good = read_scoped_target(path); !good) {
      return good;
    }
    // Client attributes are the device's own.
    if (scope_ == attribute_scope::client) {
      return fail(error_code::invalid, "Invalid scope: CLIENT_SCOPE");
    }
    return {};
  }

  void run(exchange& request) override {
    const json::reader_rules rules{at().options().type_cast, json::null_rule::refuse};
    auto values = json::read_attributes(request.body(), rules);
    if (!values) {
      return fail_with(attribute_fault(request.body(), std::move(values.error())));
    }
    if (values->empty()) {
      return fail_with(error_code::invalid, "No attributes data found in request body!");
    }
    if (!request.reserve_decoded(decoded_size(*values))) {
      return fail_with(error_code::overloaded, {});
    }
    const auto then = [this](done&) { answer_done(); };
    of_device() ? send<done>(device_, save_attributes{*scope_, std::move(*values)}, then)
                : apply<done>(save_entity_attributes{who(), entity_, std::move(*values)}, then);
  }
};

class delete_attributes_call final : public change_attributes_call {
public:
  explicit delete_attributes_call(rest_api& api) : change_attributes_call{api} {}

private:
  result<void> prepare(const path_parameters& path, const query_parameters& query) override {
    auto keys = read_keys(query);
    if (!keys) {
      return tl::unexpected{keys.error()};
    }
    if (!*keys) {
      return fail(error_code::invalid, "Empty keys: []");
    }
    keys_ = std::move(**keys);
    return read_scoped_target(path);
  }
  void run(exchange&) override {
    const auto then = [this](done&) { answer_done(); };
    of_device() ? send<done>(device_, delete_attributes{*scope_, std::move(keys_)}, then)
                : apply<done>(delete_entity_attributes{who(), entity_, std::move(keys_)}, then);
  }

  std::vector<std::string> keys_;
};

} // namespace

void add_attribute_routes(router& to, rest_api& api) {
  const std::string base = "/api/plugins/telemetry/";
  const std::string entity = base + "{entityType}/{entityId}";
  to.add<attribute_keys_call>(method::get, entity + "/keys/attributes", {}, std::ref(api));
  to.add<attribute_keys_call>(method::get, entity + "/keys/attributes/{scope}", {}, std::ref(api));
  to.add<attribute_values_call>(method::get, entity + "/values/attributes", {}, std::ref(api));
  to.add<attribute_values_call>(method::get, entity + "/values/attributes/{scope}", {},
                                std::ref(api));
  for (const std::string& path :
       {base + "{deviceId}/{scope}", entity + "/{scope}", entity + "/attributes/{scope}"}) {
    to.add<save_attributes_call>(method::post, path, {body_limit}, std::ref(api));
  }
  to.add<delete_attributes_call>(method::remove, base + "{deviceId}/{scope}", {body_limit},
                                 std::ref(api));
  to.add<delete_attributes_call>(method::remove, entity + "/{scope}", {body_limit}, std::ref(api));
}

} // namespace muster::http::rest
