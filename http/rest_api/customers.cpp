#include "http/rest_api/contact_body.hpp"
#include "http/rest_api/entity_call.hpp"
#include "http/rest_api/entity_json.hpp"
#include "http/rest_api/object_writer.hpp"
#include "http/rest_api/owner_json.hpp"
#include "http/rest_api/owner_sorting.hpp"
#include "http/rest_api/page_parameters.hpp"
#include "http/rest_api/resources.hpp"

namespace muster::http::rest {

namespace {

constexpr std::string_view customer_kind = "Customer";
constexpr allowed users{false, true, true};

class save_customer_call final : public entity_call {
public:
  explicit save_customer_call(rest_api& api)
      : entity_call{api, tenant_administrators_only, customer_kind, true} {}

private:
  void run(exchange& request) override {
    const auto members = body_members::read(request.body());
    auto body = members ? read_customer_body(*members) : tl::unexpected{members.error()};
    if (!body) {
      return fail_with(body.error());
    }
    id_ = body->entity.id.value;
    apply<customer>(save_customer{who(), std::move(body->entity), body->version},
                    [this](customer& saved) { answer_json(entity_json(saved, append_customer)); });
  }
};

class delete_customer_call final : public entity_call {
public:
  explicit delete_customer_call(rest_api& api)
      : entity_call{api, tenant_administrators_only, customer_kind} {}

private:
  void run(exchange&) override {
    apply<done>(delete_customer{who(), customer_id{id_}}, [this](done&) { answer_done(); });
  }
};

void append_short_info(std::string& out, const customer& owner) {
  object_writer{out}
      .text("title", std::string_view{owner.title})
      .boolean("isPublic", owner.is_public)
      .end();
}

class get_customer_call final : public entity_call {
public:
  using append_function = void (*)(std::string&, const customer&);

  get_customer_call(rest_api& api, append_function append)
      : entity_call{api, users, customer_kind}, append_{append} {}

private:
  void run(exchange&) override {
    ask<customer>(get_customer{who(), customer_id{id_}},
                  [this](customer& found) { answer_json(entity_json(found, append_)); });
  }

  append_function append_;
};

class list_customers_call final : public rest_call {
public:
  explicit list_customers_call(rest_api& api) : rest_call{api, tenant_administrators_only} {}

private:
  result<void> prepare(const path_parameters&, const query_parameters& query) override {
    return assign(link_, read_page(query, owner_sorting));
  }
  void run(exchange&) override {
    ask<page<customer>>(list_customers{who(), link_}, [this](page<customer>& found) {
      answer_json(page_json(found, link_.size, append_customer));
    });
  }

  page_link link_;
};

class customer_by_title_call final : public rest_call {
public:
  explicit customer_by_title_call(rest_api& api) : rest_call{api, tenant_administrators_only} {}

private:
  result<void> prepare(const path_parameters&, const query_parameters& query) override {
    return assign(title_, query.required("customerTitle"));
  }
  void run(exchange&) override {
    ask<customer>(find_customer_by_title{who(), title_},
                  [this](customer& found) { answer_json(entity_json(found, append_customer)); });
  }

  std::string title_;
};

} // namespace

void add_customer_routes(router& to, rest_api& api) {
  to.add<save_customer_call>(method::post, "/api/customer", {body_limit}, std::ref(api));
  to.add<delete_customer_call>(method::remove, "/api/customer/{customerId}", {body_limit},
                               std::ref(api));
  to.add<get_customer_call>(method::get, "/api/customer/{customerId}", {}, std::ref(api),
                            append_customer);
  to.add<get_customer_call>(method::get, "/api/customer/{customerId}/shortInfo", {}, std::ref(api),
                            append_short_info);
  to.add<list_customers_call>(method::get, "/api/customers", {}, std::ref(api));
  to.add<customer_by_title_call>(method::get, "/api/tenant/customers", {}, std::ref(api));
}

} // namespace muster::http::rest
