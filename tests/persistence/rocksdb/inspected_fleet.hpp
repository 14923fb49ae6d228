#pragma once

#include "persistence/rocksdb/inspection/data_folder.hpp"
#include "persistence/rocksdb/inspection/store_check.hpp"
#include "persistence/rocksdb/rocksdb_store.hpp"
#include "tests/catch.hpp"
#include "tests/persistence/support/manual_clock.hpp"
#include "tests/persistence/support/temporary_folder.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace muster::test {

using namespace persistence;

/// A folder with a small fleet, which can be spoiled.
class inspected_fleet {
public:
  /// `entities` is part of the identifiers of all but devices.
  explicit inspected_fleet(std::vector<std::uint8_t> devices = {4, 5}, std::uint8_t entities = 0)
      : entities_(entities) {
    options_.path = folder_.path();
    options_.min_free = 0;
    hooks_.keeper_thread = false;
    of.id = tenant_id{id(1)};
    of.title = "Tenant";
    profile.id = profile_id{id(3)};
    profile.tenant = of.id;
    profile.name = "default";
    profile.is_default = true;
    profile.provision_key = "provision key";
    user admin;
    admin.id = user_id{id(2)};
    admin.tenant = of.id;
    admin.email = "Admin@example.org";
    admin.activation_token = "activation token";
    write made;
    made.epoch = first_epoch;
    made.mutations = {put_tenant{std::nullopt, of}, put_profile{std::nullopt, profile},
                      put_user{std::nullopt, admin}, put_setting{"key", "secret"}};
    std::vector<write> all{made, own_outbox()};
    for (const auto number : devices) {
      all.push_back(device(number));
    }
    commit(all);
  }

  void commit(const std::vector<write>& batch) {
    const auto rows = rocks::rocksdb_store::open(options_, hooks_, clock_).value();
    for (const auto& outcome : rows->commit(batch)) {
      REQUIRE(outcome.what == write_outcome::kind::durable);
    }
  }

  static device_id id_of(std::uint8_t number) { return device_id{uuid{{number}}}; }

  write device(std::uint8_t number) const {
    device_info info;
    info.id = id_of(number);
    info.created = number;
    info.tenant = of.id;
    info.profile = profile.id;
    info.name = "Device " + std::to_string(number);
    credentials access;
    access.device = info.id;
    access.credentials_id = "token " + std::to_string(number);
    rpc_record open;
    open.id = rpc_id{uuid{{number, 1}}};
    open.number = 1;
    open.request.persistent = true;
    auto done = open;
    done.id = rpc_id{uuid{{number, 2}}};
    put_latest latest;
    latest.values = {{"t", 1, std::int64_t{number}}};
    return {info.id,
            shard_of(info.id),
            first_epoch,
            {put_device{std::nullopt, info},
             put_credentials{std::nullopt, access, info.tenant, info.profile}, put_counters{},
             put_attributes{attribute_scope::shared, {{"a", 1, 1, std::int64_t{1}}}}, latest,
             append_history{5, 1, {{"t", std::int64_t{1}}}}, put_rpc{open, true},
             put_rpc{done, false}, put_due{due_kind::inactivity, 99, std::nullopt}},
            {}};
  }

  using spoiler = std::function<void(rocks::database&, rocksdb::WriteBatch&)>;
  void spoil(const spoiler& how) {
    const auto database =
        rocks::database::open(options_.path + "/store", rocks::tune(options_, hooks_, clock_))
            .value();
    rocksdb::WriteBatch batch;
    how(*database, batch);
    REQUIRE(batch.Count() > 0);
    REQUIRE(database->db().Write({}, &batch).ok());
  }

  std::unique_ptr<data_folder> open() { return data_folder::open(options_.path).value(); }

  store_check_report check() {
    store_check_options options;
    options.now = clock_.now().wall;
    return check_store(*open(), options, [](double) {}).value();
  }

  tenant of;
  device_profile profile;

  const std::string& path() const { return options_.path; }

private:
  /// The tenant's, where there is no device.
  write own_outbox() const {
    const device_id self{of.id.value};
    return {self,
            shard_of(self),
            first_epoch,
            {put_outbox{{1, "work"}}, put_due{due_kind::outbox, 7, std::nullopt}},
            {}};
  }
  uuid id(std::uint8_t first) const { return uuid{{first, entities_}}; }

  const std::uint8_t entities_;
  temporary_folder folder_;
  manual_clock clock_;
  rocksdb_options options_;
  rocksdb_hooks hooks_;
};

} // namespace muster::test
