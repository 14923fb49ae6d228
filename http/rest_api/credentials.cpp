#include "http/rest_api/device_body.hpp"
#include "http/rest_api/entity_json.hpp"
#include "http/rest_api/resources.hpp"
#include "http/rest_api/rest_call.hpp"

namespace muster::http::rest {

namespace {

class get_credentials_call final : public device_call {
public:
  explicit get_credentials_call(rest_api& api) : device_call{api, {}} {}

private:
  result<void> prepare(const path_parameters& path, const query_parameters&) override {
    return read_device_id(path[0]);
  }
  void run(exchange&) override {
    send<credentials>(device_, read_credentials{}, [this](credentials& access) {
      std::string out;
      append_credentials(out, access);
      answer_json(std::move(out));
    });
  }
};

class save_credentials_call final : public device_call {
public:
  explicit save_credentials_call(rest_api& api) : device_call{api, {false, true, false}, true} {}

private:
  void run(exchange& request) override {
    const auto members = body_members::read(request.body());
    if (!members) {
      return fail_with(members.error());
    }
    auto access = read_credentials_body(*members);
    const auto id = members->id("id");
    const auto device = members->id("deviceId");
    const auto version = members->integer("version");
    if (!access || !id) {
      return fail_with(!access ? access.error() : id.error());
    }
    if (!device || !version) {
      return fail_with(!device ? device.error() : version.error());
    }
    if (!*device) {
      return fail_with(error_code::invalid, "Device credentials should be assigned to device!");
    }
    device_ = device_id{**device};
    save_credentials wanted{std::move(*access)};
    if (*version) {
      wanted.expected_version = static_cast<std::uint64_t>(**version);
    }
    if (!*id) {
      return save(std::move(wanted));
    }
    // A device's credentials keep their id, so it may be compared before.
    send<credentials>(device_, read_credentials{},
                      [this, wanted = std::move(wanted), id = **id](credentials& old) mutable {
                        if (id != old.id) {
                          return fail_with(error_code::invalid,
                                           "Unable to update non-existent device credentials!");
                        }
                        save(std::move(wanted));
                      });
  }

  void save(save_credentials&& wanted) {
    send<credentials>(device_, std::move(wanted), [this](credentials& changed) {
      std::string out;
      append_credentials(out, changed);
      answer_json(std::move(out));
    });
  }
};

} // namespace

void add_credentials_routes(router& to, rest_api& api) {
  to.add<get_credentials_call>(method::get, "/api/device/{deviceId}/credentials", {},
                               std::ref(api));
  to.add<save_credentials_call>(method::post, "/api/device/credentials", {body_limit},
                                std::ref(api));
}

} // namespace muster::http::rest
