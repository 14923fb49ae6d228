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
    access_ = std::move(*access);
    id_ = *id;
    version_ = *version;
    send<credentials>(device_, read_credentials{}, [this](credentials& old) { replace(old); });
  }

  void replace(const credentials& old) {
    if (id_ && *id_ != old.id) {
      return fail_with(error_code::invalid, "Unable to update non-existent device credentials!");
    }
    if (version_ && *version_ != static_cast<std::int64_t>(old.version)) {
      return fail_with(error_code::version_conflict,
                       "Device credentials were changed by someone else");
    }
    access_.id = old.id;
    access_.created = old.created;
    access_.version = old.version;
    send<credentials>(device_, save_credentials{access_}, [this](credentials& changed) {
      std::string out;
      append_credentials(out, changed);
      answer_json(std::move(out));
    });
  }

  credentials access_;
  std::optional<uuid> id_;
  std::optional<std::int64_t> version_;
};

} // namespace

void add_credentials_routes(router& to, rest_api& api) {
  to.add<get_credentials_call>(method::get, "/api/device/{deviceId}/credentials", {},
                               std::ref(api));
  to.add<save_credentials_call>(method::post, "/api/device/credentials", {body_limit},
                                std::ref(api));
}

} // namespace muster::http::rest
