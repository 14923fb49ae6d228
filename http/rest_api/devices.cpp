#include "http/rest_api/devices.hpp"

#include "actors/service/password.hpp"
#include "http/rest_api/entity_json.hpp"
#include "http/rest_api/resources.hpp"

namespace muster::http::rest {

namespace {

constexpr std::string_view name_taken = "Device with such name already exists!";
constexpr std::string_view no_such_profile =
    "Device is referencing to non-existent device profile!";
/// A name that is still taken then is refused: who has so many of one name means something else.
constexpr std::uint32_t most_name_tries = 1'000;
constexpr std::size_t random_suffix = 6;
constexpr int most_conflicts = 50;

result<name_policy> read_name_policy(const query_parameters& query) {
  name_policy policy;
  const auto conflict = query.text("nameConflictPolicy");
  const auto separator = query.text("uniquifySeparator");
  const auto strategy = query.text("uniquifyStrategy");
  for (const auto* read : {&conflict, &separator, &strategy}) {
    if (!*read) {
      return tl::unexpected{read->error()};
    }
  }
  const std::string what = conflict->value_or("FAIL");
  const std::string how = strategy->value_or("RANDOM");
  if (what != "FAIL" && what != "UNIQUIFY") {
    return fail(error_code::invalid, "Unknown nameConflictPolicy '" + what + "'");
  }
  if (how != "RANDOM" && how != "INCREMENTAL") {
    return fail(error_code::invalid, "Unknown uniquifyStrategy '" + how + "'");
  }
  policy.uniquify = what == "UNIQUIFY";
  policy.incremental = how == "INCREMENTAL";
  policy.separator = separator->value_or(policy.separator);
  return policy;
}

} // namespace

result<void> save_device_call::prepare(const path_parameters&, const query_parameters& query) {
  auto token = query.text("accessToken");
  if (!token) {
    return tl::unexpected{token.error()};
  }
  if (*token && !(*token)->empty()) {
    if (auto good = check_access_token(**token); !good) {
      return good;
    }
    access_token_ = std::move(*token);
  }
  return assign(policy_, read_name_policy(query));
}

void save_device_call::run(exchange& request) {
  const auto members = body_members::read(request.body());
  if (!members) {
    return fail_with(members.error());
  }
  auto body = read_device_body(*members);
  if (!body) {
    return fail_with(body.error());
  }
  save(std::move(*body));
}

void save_device_call::save(device_body body) {
  body_ = std::move(body);
  if (creates()) {
    if (is_customer()) {
      return fail_with(error_code::forbidden, {});
    }
    return check_customer({}, &save_device_call::create);
  }
  device_ = *body_.id;
  send<device_info>(device_, read_device{}, [this](device_info& old) {
    old_ = std::move(old);
    update();
  });
}

response save_device_call::shape(const error& what) const {
  // A device that is made has no identifier yet: what was not found is its profile.
  if (creates() && what.code == error_code::not_found) {
    return fault({error_code::invalid, std::string{no_such_profile}}, now());
  }
  return device_call::shape(what);
}

void save_device_call::check_customer(const std::optional<customer_id>& old,
                                      void (save_device_call::*next)()) {
  if (!body_.info.customer || body_.info.customer == old) {
    return (this->*next)();
  }
  ask_any(get_customer{who(), *body_.info.customer}, [this, next](reply& what) {
    if (std::holds_alternative<customer>(what)) {
      return (this->*next)();
    }
    const auto* problem = std::get_if<error>(&what);
    if (problem != nullptr && problem->code == error_code::not_found) {
      return fail_with(error_code::invalid, "Can't assign device to non-existent customer!");
    }
    unexpected(what);
  });
}

void save_device_call::create() {
  wanted_name_ = body_.info.name;
  try_name();
}

void save_device_call::try_name() {
  const make_device wanted{who(), body_.info, body_.profile, access_token_, access_};
  apply_any(wanted, [this](reply& what) {
    if (const auto* made = std::get_if<device_info>(&what)) {
      return saved(*made);
    }
    const auto* problem = std::get_if<error>(&what);
    if (profile_changed(problem)) {
      return try_name();
    }
    const bool taken = problem != nullptr && problem->code == error_code::already_exists &&
                       problem->message == name_taken;
    if (!taken || !policy_.uniquify || ++tries_ > most_name_tries) {
      return unexpected(what);
    }
    body_.info.name = wanted_name_ + policy_.separator +
                      (policy_.incremental ? std::to_string(tries_) : random_text(random_suffix));
    try_name();
  });
}

void save_device_call::update() {
  if (!is_customer()) {
    return check_customer(old_.customer, &save_device_call::commit_update);
  }
  // Customers' users may rename a device, not move it; what they leave out stays.
  const auto moves = [](const auto& wanted, const auto& present) {
    return wanted && wanted != present;
  };
  device_info& wanted = body_.info;
  if (moves(wanted.customer, old_.customer) || moves(body_.profile, std::optional{old_.profile}) ||
      moves(wanted.firmware, old_.firmware) || moves(wanted.software, old_.software) ||
      (!wanted.type.empty() && wanted.type != old_.type)) {
    return fail_with(error_code::forbidden, {});
  }
  wanted.customer = old_.customer;
  wanted.firmware = old_.firmware;
  wanted.software = old_.software;
  body_.profile = old_.profile;
  commit_update();
}

void save_device_call::commit_update() {
  device_info changed = body_.info;
  changed.id = old_.id;
  changed.created = old_.created;
  changed.tenant = old_.tenant;
  update_device update{std::move(changed), body_.version, access_};
  change_device wanted{who(), device_, std::move(update), body_.profile};
  apply_any(std::move(wanted), [this](reply& what) {
    if (const auto* device = std::get_if<device_info>(&what)) {
      return saved(*device);
    }
    const auto* problem = std::get_if<error>(&what);
    if (profile_changed(problem)) {
      return commit_update();
    }
    const bool no_profile = problem != nullptr && problem->code == error_code::not_found &&
                            problem->message.starts_with("Device profile");
    if (no_profile) {
      return fail_with(error_code::invalid, std::string{no_such_profile});
    }
    unexpected(what);
  });
}

bool save_device_call::profile_changed(const error* problem) {
  return problem != nullptr && problem->code == error_code::version_conflict &&
         problem->message.starts_with("Device profile") && ++conflicts_ < most_conflicts;
}

void save_device_call::saved(const device_info& device) {
  std::string out;
  append_device(out, device, false);
  answer_json(std::move(out));
}

namespace {

/// `{"device":{...},"credentials":{...}}`
class save_with_credentials_call final : public save_device_call {
public:
  using save_device_call::save_device_call;

private:
  void run(exchange& request) override {
    const auto members = body_members::read(request.body());
    if (!members) {
      return fail_with(members.error());
    }
    const auto device = members->object("device");
    const auto access = members->object("credentials");
    if (!device || !*device || !access || !*access) {
      return fail_with(error_code::invalid, "Both device and credentials must be given");
    }
    auto body = read_device_body(**device);
    auto wanted = read_credentials_body(**access);
    if (!body || !wanted) {
      return fail_with(body ? wanted.error() : body.error());
    }
    if (is_customer()) {
      return fail_with(error_code::forbidden, {});
    }
    access_ = std::move(*wanted);
    save(std::move(*body));
  }
};

class delete_device_call final : public device_call {
public:
  explicit delete_device_call(rest_api& api) : device_call{api, {false, true, false}} {}

private:
  result<void> prepare(const path_parameters& path, const query_parameters&) override {
    return read_device_id(path[0]);
  }
  void run(exchange&) override {
    send<done>(device_, delete_device{}, [this](done&) { answer_done(); });
  }
};

} // namespace

void add_device_routes(router& to, rest_api& api) {
  to.add<save_device_call>(method::post, "/api/device", {body_limit}, std::ref(api));
  to.add<save_with_credentials_call>(method::post, "/api/device-with-credentials", {body_limit},
                                     std::ref(api));
  to.add<delete_device_call>(method::remove, "/api/device/{deviceId}", {body_limit}, std::ref(api));
}

} // namespace muster::http::rest
