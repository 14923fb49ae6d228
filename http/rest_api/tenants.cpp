#include "http/rest_api/contact_body.hpp"
#include "http/rest_api/entity_call.hpp"
#include "http/rest_api/entity_json.hpp"
#include "http/rest_api/owner_json.hpp"
#include "http/rest_api/owner_sorting.hpp"
#include "http/rest_api/page_parameters.hpp"
#include "http/rest_api/resources.hpp"

namespace muster::http::rest {

namespace {

constexpr std::string_view tenant_kind = "Tenant";
constexpr allowed system_only{true, false, false};

class save_tenant_call final : public entity_call {
public:
  explicit save_tenant_call(rest_api& api) : entity_call{api, system_only, tenant_kind, true} {}

private:
  void run(exchange& request) override {
    const auto members = body_members::read(request.body());
    auto body = members ? read_tenant_body(*members) : tl::unexpected{members.error()};
    if (!body) {
      return fail_with(body.error());
    }
    id_ = body->entity.id.value;
    apply<tenant>(save_tenant{who(), std::move(body->entity), body->version},
                  [this](tenant& saved) { answer_json(entity_json(saved, append_tenant)); });
  }
};

class delete_tenant_call final : public entity_call {
public:
  explicit delete_tenant_call(rest_api& api) : entity_call{api, system_only, tenant_kind} {}

private:
  void run(exchange&) override {
    apply<done>(delete_tenant{who(), tenant_id{id_}}, [this](done&) { answer_done(); });
  }
};

class get_tenant_call final : public entity_call {
public:
  explicit get_tenant_call(rest_api& api) : entity_call{api, {true, true, false}, tenant_kind} {}

private:
  void run(exchange&) override {
    ask<tenant>(get_tenant{who(), tenant_id{id_}},
                [this](tenant& found) { answer_json(entity_json(found, append_tenant)); });
  }
};

class list_tenants_call final : public rest_call {
public:
  explicit list_tenants_call(rest_api& api) : rest_call{api, system_only} {}

private:
  result<void> prepare(const path_parameters&, const query_parameters& query) override {
    return assign(link_, read_page(query, owner_sorting));
  }
  void run(exchange&) override {
    ask<page<tenant>>(list_tenants{who(), link_}, [this](page<tenant>& found) {
      answer_json(page_json(found, link_.size, append_tenant));
    });
  }

  page_link link_;
};

} // namespace

void add_tenant_routes(router& to, rest_api& api) {
  to.add<save_tenant_call>(method::post, "/api/tenant", {body_limit}, std::ref(api));
  to.add<delete_tenant_call>(method::remove, "/api/tenant/{tenantId}", {body_limit}, std::ref(api));
  to.add<get_tenant_call>(method::get, "/api/tenant/{tenantId}", {}, std::ref(api));
  to.add<list_tenants_call>(method::get, "/api/tenants", {}, std::ref(api));
}

} // namespace muster::http::rest
