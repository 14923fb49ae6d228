#include "http/rest_api/body.hpp"
#include "http/rest_api/entity_json.hpp"
#include "http/rest_api/resources.hpp"
#include "http/rest_api/rest_call.hpp"

namespace muster::http::rest {

namespace {

/// A device named by its name.
class claim_base : public rest_call {
protected:
  using rest_call::rest_call;

  result<void> prepare(const path_parameters& path, const query_parameters&) override {
    name_ = path[0];
    return {};
  }

  std::string name_;
};

/// A customer's user takes a device of the tenant that allows it.
class claim_call final : public claim_base {
public:
  explicit claim_call(rest_api& api) : claim_base{api, {false, false, true}} {}

private:
  void run(exchange& request) override {
    if (!request.body().empty()) {
      const auto body = body_members::read(request.body());
      const auto secret = body ? body->text("secretKey") : tl::unexpected{body.error()};
      if (!secret) {
        return fail_with(secret.error());
      }
      secret_ = secret->value_or("");
    }
    if (!who().customer) {
      return fail_with(error_code::forbidden, {});
    }
    // It is not his yet, so it is looked for with the eyes of his tenant; he sees it only once the
    // claim has succeeded.
    caller tenant = who();
    tenant.role = authority::tenant_administrator;
    tenant.customer.reset();
    ask<device_info>(find_device_by_name{std::move(tenant), name_}, [this](device_info& device) {
      send<claim_result>(device.id, claim_device{*who().customer, secret_},
                         [this](claim_result& what) { show(what); });
    });
  }

  void show(const claim_result& what) {
    switch (what.what) {
    case claim_result::outcome::success: {
      std::string out = "{\"device\":";
      append_device(out, what.device, false);
      return answer_json(out + ",\"response\":\"SUCCESS\"}");
    }
    case claim_result::outcome::failure:
      return answer({400, json_type, "\"FAILURE\""});
    case claim_result::outcome::claimed:
      return answer({400, json_type, "\"CLAIMED\""});
    }
  }

  std::string secret_;
};

/// Gives a claimed device back.
class reclaim_call final : public claim_base {
public:
  explicit reclaim_call(rest_api& api) : claim_base{api, {false, true, true}} {}

private:
  void run(exchange&) override {
    ask<device_info>(find_device_by_name{who(), name_}, [this](device_info& device) {
      send<device_info>(device.id, reclaim_device{}, [this](device_info&) { answer_done(); });
    });
  }
};

} // namespace

void add_claim_routes(router& to, rest_api& api) {
  to.add<claim_call>(method::post, "/api/customer/device/{deviceName}/claim", {body_limit},
                     std::ref(api));
  to.add<reclaim_call>(method::remove, "/api/customer/device/{deviceName}/claim", {body_limit},
                       std::ref(api));
}

} // namespace muster::http::rest
