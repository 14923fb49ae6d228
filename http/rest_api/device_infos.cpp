#include "http/rest_api/body.hpp"
#include "http/rest_api/device_list_parameters.hpp"
#include "http/rest_api/entity_json.hpp"
#include "http/rest_api/resources.hpp"
#include "http/rest_api/rest_call.hpp"

#include <string>
#include <unordered_map>
#include <utility>

namespace muster::http::rest {

namespace {

/// A page of devices with what is around them: first the page, then who is active, then each
/// profile and customer of the page once.
class device_infos_call : public rest_call {
protected:
  using rest_call::rest_call;

  result<void> read_list(const query_parameters& query) {
    return assign(wanted_, read_device_list(query));
  }

  void list() {
    wanted_.who = who();
    ask<page<device_info>>(wanted_, [this](page<device_info>& found) {
      found_ = std::move(found);
      read_activity();
    });
  }

  list_devices wanted_;

private:
  void read_activity() {
    get_activity wanted{who(), {}};
    for (const device_info& device : found_.data) {
      wanted.devices.push_back(device.id);
    }
    ask<std::vector<bool>>(std::move(wanted), [this](std::vector<bool>& active) {
      active_ = std::move(active);
      active_.resize(found_.data.size());
      read_around();
    });
  }

  /// Goes on at device `next_` until everything that it names is known.
  void read_around() {
    for (; next_ < found_.data.size(); ++next_) {
      const device_info& device = found_.data[next_];
      if (!profiles_.contains(device.profile)) {
        return read_profile(device.profile);
      }
      if (device.customer && !customers_.contains(*device.customer)) {
        return read_customer(*device.customer);
      }
    }
    render();
  }
  void read_profile(const profile_id& id) {
    read<device_profile>(get_profile{who(), id}, [this, id](const device_profile* found) {
      profiles_[id] = found != nullptr ? found->name : std::string{};
    });
  }
  void read_customer(const customer_id& id) {
    read<customer>(get_customer{who(), id}, [this, id](const customer* found) {
      customers_[id] = found != nullptr ? std::optional{*found} : std::nullopt;
    });
  }
  /// What was deleted since the page was read is shown as missing.
  template <class Entity, class Keep>
  void read(query what, Keep keep) {
    ask_any(std::move(what), [this, keep = std::move(keep)](reply& answer) {
      const auto* problem = std::get_if<error>(&answer);
      if (problem != nullptr && problem->code != error_code::not_found) {
        return unexpected(answer);
      }
      keep(std::get_if<Entity>(&answer));
      read_around();
    });
  }

  void render() {
    std::size_t at = 0;
    answer_json(
        page_json(found_, wanted_.link.size, [&](std::string& out, const device_info& device) {
          device_surroundings around{{}, profiles_[device.profile], active_[at++]};
          if (device.customer) {
            around.owner = customers_[*device.customer];
          }
          append_device_info(out, device, around);
        }));
  }

  page<device_info> found_;
  std::vector<bool> active_;
  std::size_t next_ = 0;
  std::unordered_map<profile_id, std::string> profiles_;
  std::unordered_map<customer_id, std::optional<customer>> customers_;
};

class tenant_infos_call final : public device_infos_call {
public:
  explicit tenant_infos_call(rest_api& api) : device_infos_call{api, {false, true, false}} {}

private:
  result<void> prepare(const path_parameters&, const query_parameters& query) override {
    return read_list(query);
  }
  void run(exchange&) override { list(); }
};

class customer_infos_call final : public device_infos_call {
public:
  explicit customer_infos_call(rest_api& api) : device_infos_call{api, {}} {}

private:
  result<void> prepare(const path_parameters& path, const query_parameters& query) override {
    return assign(customer_.value, read_uuid(path[0])).and_then([&] { return read_list(query); });
  }
  void run(exchange&) override {
    wanted_.customer = customer_;
    ask<customer>(get_customer{who(), customer_}, [this](customer&) { list(); });
  }
  response shape(const error& what) const override {
    if (what.code != error_code::not_found) {
      return rest_call::shape(what);
    }
    return fault({what.code, "Customer with id [" + to_string(customer_) + "] is not found"},
                 now());
  }

  customer_id customer_;
};

} // namespace

void add_device_info_routes(router& to, rest_api& api) {
  to.add<tenant_infos_call>(method::get, "/api/tenant/deviceInfos", {}, std::ref(api));
  to.add<customer_infos_call>(method::get, "/api/customer/{customerId}/deviceInfos", {},
                              std::ref(api));
}

} // namespace muster::http::rest
