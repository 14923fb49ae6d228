#include "http/rest_api/base_url.hpp"
#include "http/rest_api/entity_call.hpp"
#include "http/rest_api/entity_json.hpp"
#include "http/rest_api/page_parameters.hpp"
#include "http/rest_api/resources.hpp"
#include "http/rest_api/user_body.hpp"

#include <array>

namespace muster::http::rest {

namespace {

constexpr std::string_view user_kind = "User";
constexpr allowed everybody{true, true, true};
constexpr allowed administrators{true, true, false};

constexpr std::array<sort_name, 4> user_sorting{{{"createdTime", "createdTime"},
                                                 {"email", "email"},
                                                 {"firstName", "firstName"},
                                                 {"lastName", "lastName"}}};

class save_user_call final : public entity_call {
public:
  explicit save_user_call(rest_api& api) : entity_call{api, everybody, user_kind, true} {}

private:
  result<void> prepare(const path_parameters&, const query_parameters& query) override {
    // No mail is sent from here: whoever makes a user hands on the activation link.
    const auto mail = query.boolean("sendActivationMail", true);
    return mail ? result<void>{} : tl::unexpected{mail.error()};
  }
  void run(exchange& request) override {
    const auto members = body_members::read(request.body());
    auto body = members ? read_user_body(*members) : tl::unexpected{members.error()};
    if (!body) {
      return fail_with(body.error());
    }
    id_ = body->user.id.value;
    if (who().tenant) {
      body->user.tenant = who().tenant;
    }
    apply<user>(save_user{who(), std::move(body->user), body->version},
                [this](user& saved) { answer_json(entity_json(saved, append_user)); });
  }
  response shape(const error& what) const override {
    if (what.code == error_code::not_found && what.message.starts_with("Customer")) {
      return fault({error_code::invalid, "User is referencing to non-existent customer!"}, now());
    }
    if (what.code == error_code::not_found && what.message.starts_with("Tenant")) {
      return fault({error_code::invalid, "User is referencing to non-existent tenant!"}, now());
    }
    return entity_call::shape(what);
  }
};

class delete_user_call final : public entity_call {
public:
  explicit delete_user_call(rest_api& api) : entity_call{api, administrators, user_kind} {}

private:
  void run(exchange&) override {
    apply<done>(delete_user{who(), user_id{id_}}, [this](done&) { answer_done(); });
  }
};

class get_user_call final : public entity_call {
public:
  explicit get_user_call(rest_api& api) : entity_call{api, everybody, user_kind} {}

private:
  void run(exchange&) override {
    ask<user>(get_visible_user{who(), user_id{id_}},
              [this](user& found) { answer_json(entity_json(found, append_user)); });
  }
};

/// What a new user follows to choose a password: whoever has it can.
class activation_link_call final : public entity_call {
public:
  explicit activation_link_call(rest_api& api) : entity_call{api, administrators, user_kind} {}

private:
  void run(exchange& request) override {
    auto base = base_url(request);
    if (!base) {
      return fail_with(base.error());
    }
    ask<user>(get_visible_user{who(), user_id{id_}}, [this, base = *std::move(base)](user& found) {
      if (!found.activation_token) {
        return fail_with(error_code::invalid, "User is already activated!");
      }
      answer(
          {200, text_type, base + "/api/noauth/activate?activateToken=" + *found.activation_token});
    });
  }
};

enum class users_of : std::uint8_t { caller, customer, tenant };

class list_users_call final : public rest_call {
public:
  list_users_call(rest_api& api, allowed roles, users_of whose)
      : rest_call{api, roles}, whose_{whose} {}

private:
  result<void> prepare(const path_parameters& path, const query_parameters& query) override {
    if (whose_ != users_of::caller) {
      const auto id = read_uuid(path[0]);
      if (!id) {
        return tl::unexpected{id.error()};
      }
      owner_ = *id;
    }
    return assign(link_, read_page(query, user_sorting));
  }
  void run(exchange&) override {
    switch (whose_) {
    case users_of::customer:
      return ask<customer>(get_customer{who(), customer_id{owner_}},
                           [this](customer& found) { list(std::nullopt, found.id); });
    case users_of::tenant:
      return ask<tenant>(get_tenant{who(), tenant_id{owner_}},
                         [this](tenant& found) { list(found.id, std::nullopt); });
    case users_of::caller:
      return list(std::nullopt, std::nullopt);
    }
  }
  response shape(const error& what) const override {
    if (what.code != error_code::not_found) {
      return rest_call::shape(what);
    }
    const std::string_view owner = whose_ == users_of::tenant ? "Tenant" : "Customer";
    return fault(
        {what.code, std::string{owner} + " with id [" + to_string(owner_) + "] is not found"},
        now());
  }
  void list(std::optional<tenant_id> tenant, std::optional<customer_id> customer) {
    ask<page<user>>(list_users{who(), tenant, customer, link_}, [this](page<user>& found) {
      answer_json(page_json(found, link_.size, append_user));
    });
  }

  users_of whose_;
  uuid owner_;
  page_link link_;
};

} // namespace

void add_user_routes(router& to, rest_api& api) {
  to.add<save_user_call>(method::post, "/api/user", {body_limit}, std::ref(api));
  to.add<delete_user_call>(method::remove, "/api/user/{userId}", {body_limit}, std::ref(api));
  to.add<get_user_call>(method::get, "/api/user/{userId}", {}, std::ref(api));
  to.add<activation_link_call>(method::get, "/api/user/{userId}/activationLink", {}, std::ref(api));
  to.add<list_users_call>(method::get, "/api/users", {}, std::ref(api), everybody,
                          users_of::caller);
  to.add<list_users_call>(method::get, "/api/customer/{customerId}/users", {}, std::ref(api),
                          allowed{false, true, false}, users_of::customer);
  to.add<list_users_call>(method::get, "/api/tenant/{tenantId}/users", {}, std::ref(api),
                          allowed{true, false, false}, users_of::tenant);
}

} // namespace muster::http::rest
