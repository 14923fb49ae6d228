#include "actors/service/demo.hpp"

#include "actors/directory/directory.hpp"
#include "actors/rules/chains/default_chain.hpp"
#include "actors/service/password.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace muster {

namespace {

using persistence::write;

constexpr const char* demo_setting = "demo";

struct demo_user {
  const char* email;
  const char* password;
  /// Title of the customer; null: the tenant's administrator.
  const char* customer;
};

constexpr std::array demo_users{
    demo_user{"tenant@thingsboard.org", "tenant", nullptr},
    demo_user{"customer@thingsboard.org", "customer", "Customer A"},
    demo_user{"customerA@thingsboard.org", "customer", "Customer A"},
    demo_user{"customerB@thingsboard.org", "customer", "Customer B"},
    demo_user{"customerC@thingsboard.org", "customer", "Customer C"},
};

struct demo_device {
  const char* name;
  const char* token;
  const char* customer;
  const char* profile;
};

constexpr std::array demo_devices{
    demo_device{"Test Device A1", "A1_TEST_TOKEN", "Customer A", "default"},
    demo_device{"Test Device A2", "A2_TEST_TOKEN", "Customer A", "default"},
    demo_device{"Test Device A3", "A3_TEST_TOKEN", "Customer A", "default"},
    demo_device{"Test Device B1", "B1_TEST_TOKEN", "Customer B", "default"},
    demo_device{"Test Device C1", "C1_TEST_TOKEN", "Customer C", "default"},
    demo_device{"DHT11 Demo Device", "DHT11_DEMO_TOKEN", nullptr, "default"},
    demo_device{"Raspberry Pi Demo Device", "RASPBERRY_PI_DEMO_TOKEN", nullptr, "default"},
    demo_device{"Thermostat T1", "T1_TEST_TOKEN", nullptr, "thermostat"},
    demo_device{"Thermostat T2", "T2_TEST_TOKEN", nullptr, "thermostat"},
};

/// Everything of the demo, by title or name.
class demo_data {
public:
  explicit demo_data(timestamp now) : now_(now) {
    tenant_.id = tenant_id{random_uuid()};
    tenant_.created = now;
    tenant_.title = "Tenant";
    add_customers();
    add_profiles();
  }

  result<std::vector<write>> writes() {
    write shared;
    shared.mutations.push_back(persistence::put_setting{demo_setting, "made"});
    shared.mutations.push_back(persistence::put_tenant{std::nullopt, tenant_});
    shared.mutations.push_back(
        persistence::put_rule_chain{std::nullopt, default_root_chain(tenant_.id, now_)});
    for (const customer& one : customers_) {
      shared.mutations.push_back(persistence::put_customer{std::nullopt, one});
    }
    for (const device_profile& one : profiles_) {
      shared.mutations.push_back(persistence::put_profile{std::nullopt, one});
    }
    for (const demo_user& one : demo_users) {
      auto made = make_user(one);
      if (!made) {
        return tl::unexpected(std::move(made.error()));
      }
      shared.mutations.push_back(persistence::put_user{std::nullopt, std::move(*made)});
    }
    std::vector<write> all;
    all.push_back(std::move(shared));
    for (const demo_device& one : demo_devices) {
      all.push_back(make_device_write(one));
    }
    return all;
  }

private:
  void add_customers() {
    for (const char* title : {"Customer A", "Customer B", "Customer C"}) {
      customer one;
      one.id = customer_id{random_uuid()};
      one.created = now_;
      one.tenant = tenant_.id;
      one.title = title;
      customers_.push_back(std::move(one));
    }
  }

  void add_profiles() {
    profiles_.push_back(default_profile(tenant_.id, now_));
    device_profile thermostat = default_profile(tenant_.id, now_);
    thermostat.name = "thermostat";
    thermostat.description = "Thermostat device profile";
    thermostat.is_default = false;
    profiles_.push_back(std::move(thermostat));
  }

  std::optional<customer_id> customer_of(const char* title) const {
    if (title == nullptr) {
      return std::nullopt;
    }
    return std::find_if(customers_.begin(), customers_.end(),
                        [&](const customer& one) { return one.title == title; })
        ->id;
  }

  result<user> make_user(const demo_user& from) const {
    auto hash = hash_password(from.password);
    if (!hash) {
      return tl::unexpected(std::move(hash.error()));
    }
    user made;
    made.id = user_id{random_uuid()};
    made.created = now_;
    made.role =
        from.customer == nullptr ? authority::tenant_administrator : authority::customer_user;
    made.tenant = tenant_.id;
    made.customer = customer_of(from.customer);
    made.email = from.email;
    made.password_hash = std::move(*hash);
    return made;
  }

  write make_device_write(const demo_device& from) const {
    device_info info;
    info.id = device_id{random_uuid()};
    info.created = now_;
    info.tenant = tenant_.id;
    info.customer = customer_of(from.customer);
    info.profile = std::find_if(profiles_.begin(), profiles_.end(), [&](const device_profile& one) {
                     return one.name == from.profile;
                   })->id;
    info.name = from.name;
    info.type = from.profile;
    credentials access;
    access.id = random_uuid();
    access.created = now_;
    access.device = info.id;
    access.credentials_id = from.token;
    write made;
    made.device = info.id;
    made.shard = shard_of(info.id);
    persistence::put_credentials shown{std::nullopt, std::move(access), info.tenant, info.profile};
    made.mutations = {persistence::put_device{std::nullopt, std::move(info)}, std::move(shown)};
    return made;
  }

  timestamp now_;
  tenant tenant_;
  std::vector<customer> customers_;
  std::vector<device_profile> profiles_;
};

} // namespace

result<void> make_demo(persistence::store& rows, const clock_source& clock) {
  const auto had = rows.read_setting(demo_setting);
  if (!had) {
    return tl::unexpected(had.error());
  }
  if (*had) {
    return {};
  }
  auto writes = demo_data(clock.now().wall).writes();
  if (!writes) {
    return tl::unexpected(std::move(writes.error()));
  }
  // Another node of a cluster may make the same now: then nothing of this is done.
  const error made{error_code::already_exists, {}};
  for (write& one : *writes) {
    if (one.device) {
      const auto& device = std::get<persistence::put_device>(one.mutations.front()).now;
      one.preconditions.push_back({persistence::tenant_is{device.tenant, 0}, made});
    } else {
      one.preconditions.push_back({persistence::setting_free{demo_setting}, made});
    }
    one.epoch = one.device ? persistence::new_device_epoch : persistence::first_epoch;
  }
  for (const auto& outcome : rows.commit(*writes)) {
    const bool refused = outcome.what == persistence::write_outcome::kind::refused;
    if (!refused && outcome.what != persistence::write_outcome::kind::durable) {
      return tl::unexpected(outcome.why);
    }
  }
  return {};
}

} // namespace muster
