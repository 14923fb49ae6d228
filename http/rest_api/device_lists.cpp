#include "http/rest_api/body.hpp"
#include "http/rest_api/device_list_parameters.hpp"
#include "http/rest_api/entity_json.hpp"
#include "http/rest_api/resources.hpp"
#include "http/rest_api/rest_call.hpp"

#include <algorithm>
#include <vector>

namespace muster::http::rest {

namespace {

class list_call : public rest_call {
protected:
  using rest_call::rest_call;

  result<void> read_list(const query_parameters& query) {
    return assign(wanted_, read_device_list(query));
  }

  void list() {
    wanted_.who = who();
    ask<page<device_info>>(wanted_, [this](page<device_info>& found) {
      answer_json(
          page_json(found, wanted_.link.size, [](std::string& out, const device_info& device) {
            append_device(out, device, true);
          }));
    });
  }

  list_devices wanted_;
};

class by_name_call : public list_call {
protected:
  using list_call::list_call;

  void find() {
    ask<device_info>(find_device_by_name{who(), name_}, [this](device_info& device) {
      std::string out;
      append_device(out, device, true);
      answer_json(std::move(out));
    });
  }

  std::string name_;
};

/// One path, two meanings: with `deviceName` one device, else a page.
class tenant_devices_call final : public by_name_call {
public:
  explicit tenant_devices_call(rest_api& api) : by_name_call{api, {false, true, false}} {}

private:
  result<void> prepare(const path_parameters&, const query_parameters& query) override {
    auto name = query.text("deviceName");
    if (!name) {
      return tl::unexpected{name.error()};
    }
    by_name_ = name->has_value();
    if (by_name_) {
      name_ = std::move(**name);
      return {};
    }
    return read_list(query);
  }
  void run(exchange&) override { by_name_ ? find() : list(); }

  bool by_name_ = false;
};

class tenant_device_call final : public by_name_call {
public:
  explicit tenant_device_call(rest_api& api) : by_name_call{api, {false, true, false}} {}

private:
  result<void> prepare(const path_parameters&, const query_parameters& query) override {
    return assign(name_, query.required("deviceName"));
  }
  void run(exchange&) override { find(); }
};

class customer_devices_call final : public list_call {
public:
  explicit customer_devices_call(rest_api& api) : list_call{api, {}} {}

private:
  result<void> prepare(const path_parameters& path, const query_parameters& query) override {
    const auto customer = read_uuid(path[0]);
    if (!customer) {
      return tl::unexpected{customer.error()};
    }
    return read_list(query).map([&] { wanted_.customer = customer_id{*customer}; });
  }
  void run(exchange&) override {
    if (is_customer() && wanted_.customer != who().customer) {
      return fail_with(error_code::forbidden, {});
    }
    ask_any(get_customer{who(), *wanted_.customer}, [this](reply& what) {
      if (std::holds_alternative<customer>(what)) {
        return list();
      }
      const auto* problem = std::get_if<error>(&what);
      if (problem != nullptr && problem->code == error_code::not_found) {
        return fail_with(error_code::not_found,
                         "Customer with id [" + to_string(*wanted_.customer) + "] is not found");
      }
      unexpected(what);
    });
  }
};

class devices_by_id_call final : public rest_call {
public:
  explicit devices_by_id_call(rest_api& api) : rest_call{api, {}} {}

private:
  result<void> prepare(const path_parameters&, const query_parameters& query) override {
    const auto list = query.list("deviceIds");
    if (!list) {
      return tl::unexpected{list.error()};
    }
    if (!*list) {
      return fail(error_code::invalid, "Incorrect parameter 'deviceIds': it must not be empty");
    }
    for (const std::string& text : **list) {
      const auto id = read_uuid(text);
      if (!id) {
        return tl::unexpected{id.error()};
      }
      if (std::find(ids_.begin(), ids_.end(), device_id{*id}) == ids_.end()) {
        ids_.push_back(device_id{*id});
      }
    }
    return {};
  }
  void run(exchange&) override {
    ask<std::vector<device_info>>(get_devices{who(), ids_},
                                  [this](std::vector<device_info>& found) {
                                    std::string out = "[";
                                    for (const device_info& device : found) {
                                      if (out.size() > 1) {
                                        out += ',';
                                      }
                                      append_device(out, device, true);
                                    }
                                    out += ']';
                                    answer_json(std::move(out));
                                  });
  }

  std::vector<device_id> ids_;
};

} // namespace

void add_device_list_routes(router& to, rest_api& api) {
  to.add<tenant_devices_call>(method::get, "/api/tenant/devices", {}, std::ref(api));
  to.add<tenant_device_call>(method::get, "/api/tenant/device", {}, std::ref(api));
  to.add<customer_devices_call>(method::get, "/api/customer/{customerId}/devices", {},
                                std::ref(api));
  to.add<devices_by_id_call>(method::get, "/api/devices", {}, std::ref(api));
}

} // namespace muster::http::rest
