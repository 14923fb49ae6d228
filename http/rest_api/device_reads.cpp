#include "http/rest_api/entity_json.hpp"
#include "http/rest_api/resources.hpp"
#include "http/rest_api/rest_call.hpp"

#include <string>
#include <utility>
#include <vector>

namespace muster::http::rest {

namespace {

class get_device_call final : public device_call {
public:
  explicit get_device_call(rest_api& api) : device_call{api, {}} {}

private:
  result<void> prepare(const path_parameters& path, const query_parameters&) override {
    return read_device_id(path[0]);
  }
  void run(exchange&) override {
    send<device_info>(device_, read_device{}, [this](device_info& device) {
      std::string out;
      append_device(out, device, true);
      answer_json(std::move(out));
    });
  }
};

class get_device_info_call final : public device_call {
public:
  explicit get_device_info_call(rest_api& api) : device_call{api, {}} {}

private:
  result<void> prepare(const path_parameters& path, const query_parameters&) override {
    return read_device_id(path[0]);
  }
  void run(exchange&) override {
    send<device_info>(device_, read_device{}, [this](device_info& device) {
      info_ = std::move(device);
      read_activity();
    });
  }
  void read_activity() {
    read_attributes activity{attribute_scope::server, std::vector<std::string>{"active"}};
    send<std::vector<attribute>>(
        device_, std::move(activity), [this](std::vector<attribute>& found) {
          around_.active = !found.empty() && found.front().val == value{true};
          ask<device_profile>(get_profile{who(), info_.profile}, [this](device_profile& profile) {
            around_.profile_name = std::move(profile.name);
            read_customer();
          });
        });
  }
  void read_customer() {
    if (!info_.customer) {
      return render();
    }
    ask_any(get_customer{who(), *info_.customer}, [this](reply& what) {
      const auto* problem = std::get_if<error>(&what);
      if (problem != nullptr && problem->code != error_code::not_found) {
        return unexpected(what);
      }
      // Deleted a moment ago, the device is not given back yet: shown without one.
      if (auto* owner = std::get_if<customer>(&what)) {
        around_.owner = std::move(*owner);
      }
      render();
    });
  }
  void render() {
    std::string out;
    append_device_info(out, info_, around_);
    answer_json(std::move(out));
  }

  device_info info_;
  device_surroundings around_;
};

} // namespace

void add_device_read_routes(router& to, rest_api& api) {
  to.add<get_device_call>(method::get, "/api/device/{deviceId}", {}, std::ref(api));
  to.add<get_device_info_call>(method::get, "/api/device/info/{deviceId}", {}, std::ref(api));
}

} // namespace muster::http::rest
