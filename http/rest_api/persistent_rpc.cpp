#include "http/rest_api/body.hpp"
#include "http/rest_api/entity_json.hpp"
#include "http/rest_api/page_parameters.hpp"
#include "http/rest_api/resources.hpp"
#include "http/rest_api/rest_call.hpp"

#include <array>

namespace muster::http::rest {

namespace {

constexpr std::array<sort_name, 4> rpc_sorting{{{"createdTime", "createdTime"},
                                                {"expirationTime", "expirationTime"},
                                                {"request", "request"},
                                                {"response", "response"}}};

/// A call about one persistent RPC named by the path.
class one_rpc_call : public text_call {
protected:
  using text_call::text_call;

  result<void> prepare(const path_parameters& path, const query_parameters&) override {
    return assign(rpc_.value, read_uuid(path[0]));
  }
  response shape(const error& what) const override {
    if (what.code == error_code::not_found) {
      return text_fault(error{what.code, std::string{no_such_item}}, now());
    }
    return text_call::shape(what);
  }

  rpc_id rpc_;
};

class get_rpc_call final : public one_rpc_call {
public:
  explicit get_rpc_call(rest_api& api) : one_rpc_call{api} {}

private:
  void run(exchange&) override {
    ask<rpc_of_device>(get_rpc{who(), rpc_}, [this](rpc_of_device& found) {
      std::string out;
      append_rpc(out, found.record, found.device.tenant, found.device.id);
      answer_json(std::move(out));
    });
  }
};

class delete_rpc_call final : public one_rpc_call {
public:
  explicit delete_rpc_call(rest_api& api) : one_rpc_call{api} {}

private:
  void run(exchange&) override {
    if (is_customer()) {
      return answer({403, text_type, std::string{no_permission}});
    }
    ask<rpc_of_device>(get_rpc{who(), rpc_}, [this](rpc_of_device& found) {
      send<done>(found.device.id, delete_rpc{rpc_}, [this](done&) { answer_done(); });
    });
  }
};

class list_rpcs_call final : public text_call {
public:
  explicit list_rpcs_call(rest_api& api) : text_call{api} {}

private:
  result<void> prepare(const path_parameters& path, const query_parameters& query) override {
    if (const auto good = read_device_id(path[0]); !good) {
      return good;
    }
    const auto status = query.text("rpcStatus");
    if (!status) {
      return tl::unexpected{status.error()};
    }
    if (*status && !(*status)->empty()) {
      wanted_.status = rpc_status_from_name(**status);
      if (!wanted_.status) {
        return fail(error_code::invalid, "RpcStatus: " + **status + " is not supported");
      }
    }
    return assign(wanted_.link, read_page(query, rpc_sorting));
  }

  void run(exchange&) override {
    wanted_.who = who();
    wanted_.device = device_;
    ask<page<rpc_record>>(wanted_, [this](page<rpc_record>& found) {
      // Only a tenant's own people get here.
      const tenant_id tenant = who().tenant.value_or(tenant_id{null_uuid});
      answer_json(page_json(found, wanted_.link.size, [&](std::string& out, const rpc_record& rpc) {
        append_rpc(out, rpc, tenant, device_);
      }));
    });
  }

  list_rpcs wanted_;
};

} // namespace

void add_persistent_rpc_routes(router& to, rest_api& api) {
  to.add<get_rpc_call>(method::get, "/api/rpc/persistent/{rpcId}", {}, std::ref(api));
  to.add<delete_rpc_call>(method::remove, "/api/rpc/persistent/{rpcId}", {body_limit},
                          std::ref(api));
  to.add<list_rpcs_call>(method::get, "/api/rpc/persistent/device/{deviceId}", {}, std::ref(api));
}

} // namespace muster::http::rest
