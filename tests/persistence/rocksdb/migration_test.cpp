#include "persistence/encoding/keys.hpp"
#include "persistence/encoding/rows.hpp"
#include "persistence/rocksdb/rocksdb_store.hpp"
#include "tests/catch.hpp"
#include "tests/persistence/support/manual_clock.hpp"
#include "tests/persistence/support/temporary_folder.hpp"

namespace muster::test {

using namespace persistence;
using keys::directory_kind;
using rocks::family;

namespace {

/// A store with a tenant, a customer, a profile and two devices of them.
class fleet {
public:
  fleet() {
    options_.path = folder_.path();
    options_.min_free = 0;
    hooks_.keeper_thread = false;
    tenant_row.id = tenant_id{uuid{{1}}};
    tenant_row.title = "Tenant";
    customer_row.id = customer_id{uuid{{2}}};
    customer_row.tenant = tenant_row.id;
    customer_row.title = "Customer";
    profile_row.id = profile_id{uuid{{3}}};
    profile_row.tenant = tenant_row.id;
    write made;
    made.epoch = first_epoch;
    made.mutations = {put_tenant{std::nullopt, tenant_row},
                      put_customer{std::nullopt, customer_row},
                      put_profile{std::nullopt, profile_row}};
    std::vector<write> batch{made, device(4), device(5)};
    for (const auto& outcome : open()->commit(batch)) {
      REQUIRE(outcome.what == write_outcome::kind::durable);
    }
  }

  std::unique_ptr<rocks::rocksdb_store> open() {
    return rocks::rocksdb_store::open(options_, hooks_, clock_).value();
  }

  /// Takes away what the second format has brought.
  void make_old() {
    const auto database =
        rocks::database::open(options_.path + "/store", rocks::tune(options_, hooks_, clock_))
            .value();
    auto* rows = database->of(family::directory);
    rocksdb::WriteBatch batch;
    const std::unique_ptr<rocksdb::Iterator> all(
        database->db().NewIterator(rocksdb::ReadOptions(), rows));
    for (all->SeekToFirst(); all->Valid(); all->Next()) {
      const std::string key = all->key().ToString();
      std::string bytes = all->value().ToString();
      const auto kind = static_cast<directory_kind>(key[0]);
      // The profile's identifier is the second of an owner.
      const bool of_profile = key.size() >= 33 && key[17] == 3;
      if (kind == directory_kind::tenant_title || kind == directory_kind::customer_title ||
          ((kind == directory_kind::listed_by_time || kind == directory_kind::count) &&
           of_profile)) {
        batch.Delete(rows, all->key());
      } else if (kind == directory_kind::token || kind == directory_kind::listed_by_name) {
        bytes[0] = 1;
        bytes.resize(bytes.size() - (kind == directory_kind::token ? 32 : 16));
        batch.Put(rows, all->key(), bytes);
      }
    }
    std::string format;
    encode(format_row{1, 1, shard_count}, format);
    batch.Put(rows, keys::of_directory(directory_kind::format), format);
    REQUIRE(database->db().Write({}, &batch).ok());
  }

  tenant tenant_row;
  customer customer_row;
  device_profile profile_row;

private:
  write device(std::uint8_t number) const {
    device_info info;
    info.id = device_id{uuid{{number}}};
    info.created = number;
    info.tenant = tenant_row.id;
    info.customer = customer_row.id;
    info.profile = profile_row.id;
    info.name = "Device " + std::to_string(number);
    credentials access;
    access.device = info.id;
    access.credentials_id = "token " + std::to_string(number);
    return {info.id,
            shard_of(info.id),
            first_epoch,
            {put_device{std::nullopt, info},
             put_credentials{std::nullopt, access, info.tenant, info.profile}},
            {}};
  }

  temporary_folder folder_;
  manual_clock clock_;
  rocksdb_options options_;
  rocksdb_hooks hooks_;
};

void check(store& rows, const fleet& of) {
  const auto& tenant = of.tenant_row.id;
  const auto& profile = of.profile_row.id;
  CHECK(rows.find_customer_by_title(tenant, "Customer").value() == of.customer_row);
  for (const char* token : {"token 4", "token 5"}) {
    const auto owner = rows.find_token(token).value();
    REQUIRE(owner);
    CHECK(owner->tenant == tenant);
    CHECK(owner->profile == profile);
  }
  CHECK(rows.count_devices({tenant, std::nullopt, profile}).value() == 2);
  CHECK(rows.next_devices({tenant, std::nullopt, profile}, std::nullopt, 9).value().size() == 2);
  device_list which{tenant};
  which.profile = profile;
  page_link link;
  CHECK(rows.list_devices(which, link).value().total == 2);
  link.text_search = "5";
  CHECK(rows.list_devices(which, link).value().total == 1);
  write again;
  again.preconditions = {{tenant_title_free{"Tenant"}, {error_code::already_exists, {}}}};
  CHECK(rows.commit({&again, 1}).at(0).what == write_outcome::kind::refused);
}

} // namespace

TEST_CASE("a store of the first format is brought to the second") {
  fleet of;
  check(*of.open(), of);
  of.make_old();
  check(*of.open(), of);
  // What was done once is there for good.
  check(*of.open(), of);
}

} // namespace muster::test
