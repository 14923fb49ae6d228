#include "http/rest_api/body.hpp"
#include "http/rest_api/entity_json.hpp"
#include "http/rest_api/resources.hpp"
#include "http/rest_api/rest_call.hpp"

namespace muster::http::rest {

namespace {

/// A tenant's administrator gives a device to somebody; answers the device.
class owner_call : public device_call {
protected:
  explicit owner_call(rest_api& api) : device_call{api, {false, true, false}} {}

  void show(const device_info& device) {
    std::string out;
    append_device(out, device, false);
    answer_json(std::move(out));
  }
  void assign_to(std::optional<customer_id> customer) {
    send<device_info>(device_, assign_device{customer},
                      [this](device_info& device) { show(device); });
  }
};

class assign_call final : public owner_call {
public:
  explicit assign_call(rest_api& api) : owner_call{api} {}

private:
  result<void> prepare(const path_parameters& path, const query_parameters&) override {
    return assign(customer_.value, read_uuid(path[0])).and_then([&] {
      return read_device_id(path[1]);
    });
  }
  void run(exchange&) override {
    ask_any(get_customer{who(), customer_}, [this](reply& what) {
      if (std::holds_alternative<customer>(what)) {
        return assign_to(customer_);
      }
      const auto* problem = std::get_if<error>(&what);
      if (problem == nullptr || problem->code != error_code::not_found) {
        return unexpected(what);
      }
      answer(fault({problem->code, "Customer with id [" + to_string(customer_) + "] is not found"},
                   now()));
    });
  }

  customer_id customer_;
};

class unassign_call final : public owner_call {
public:
  explicit unassign_call(rest_api& api) : owner_call{api} {}

private:
  result<void> prepare(const path_parameters& path, const query_parameters&) override {
    return read_device_id(path[0]);
  }
  void run(exchange&) override {
    send<device_info>(device_, read_device{}, [this](device_info& device) {
      if (!device.customer) {
        return fail_with(error_code::invalid, "Device isn't assigned to any customer!");
      }
      assign_to(std::nullopt);
    });
  }
};

class publish_call final : public owner_call {
public:
  explicit publish_call(rest_api& api) : owner_call{api} {}

private:
  result<void> prepare(const path_parameters& path, const query_parameters&) override {
    return read_device_id(path[0]);
  }
  void run(exchange&) override {
    apply<device_info>(make_device_public{who(), device_},
                       [this](device_info& device) { show(device); });
  }
};

} // namespace

void add_device_owner_routes(router& to, rest_api& api) {
  to.add<assign_call>(method::post, "/api/customer/{customerId}/device/{deviceId}", {body_limit},
                      std::ref(api));
  to.add<unassign_call>(method::remove, "/api/customer/device/{deviceId}", {body_limit},
                        std::ref(api));
  to.add<publish_call>(method::post, "/api/customer/public/device/{deviceId}", {body_limit},
                       std::ref(api));
}

} // namespace muster::http::rest
