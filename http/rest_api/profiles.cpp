#include "http/rest_api/entity_call.hpp"
#include "http/rest_api/owner_json.hpp"
#include "http/rest_api/profile_body.hpp"
#include "http/rest_api/resources.hpp"

namespace muster::http::rest {

namespace {

constexpr std::string_view profile_kind = "Device profile";

/// Creates a profile or changes it, as the body's `id` says.
class save_profile_call final : public entity_call {
public:
  explicit save_profile_call(rest_api& api)
      : entity_call{api, tenant_administrators_only, profile_kind, true} {}

private:
  void run(exchange& request) override {
    const auto members = body_members::read(request.body());
    auto body = members ? read_profile_body(*members) : tl::unexpected{members.error()};
    if (!body) {
      return fail_with(body.error());
    }
    id_ = body->profile.id.value;
    apply<device_profile>(
        save_profile{who(), std::move(body->profile), body->version},
        [this](device_profile& saved) { answer_json(entity_json(saved, append_profile)); });
  }
};

class delete_profile_call final : public entity_call {
public:
  explicit delete_profile_call(rest_api& api)
      : entity_call{api, tenant_administrators_only, profile_kind} {}

private:
  void run(exchange&) override {
    apply<done>(delete_profile{who(), profile_id{id_}}, [this](done&) { answer_done(); });
  }
};

class default_profile_call final : public entity_call {
public:
  explicit default_profile_call(rest_api& api)
      : entity_call{api, tenant_administrators_only, profile_kind} {}

private:
  void run(exchange&) override {
    apply<device_profile>(
        make_default_profile{who(), profile_id{id_}},
        [this](device_profile& changed) { answer_json(entity_json(changed, append_profile)); });
  }
};

} // namespace

void add_profile_routes(router& to, rest_api& api) {
  to.add<save_profile_call>(method::post, "/api/deviceProfile", {body_limit}, std::ref(api));
  to.add<delete_profile_call>(method::remove, "/api/deviceProfile/{deviceProfileId}", {body_limit},
                              std::ref(api));
  to.add<default_profile_call>(method::post, "/api/deviceProfile/{deviceProfileId}/default",
                               {body_limit}, std::ref(api));
}

} // namespace muster::http::rest
