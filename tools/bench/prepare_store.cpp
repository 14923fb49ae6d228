#include "tools/bench/prepare_store.hpp"

#include "actors/model/shard.hpp"
#include "persistence/rocksdb/open.hpp"
#include "tools/bench/client.hpp"
#include "tools/bench/fleet.hpp"

#include <fstream>
#include <optional>
#include <vector>

namespace muster::bench {
namespace {

constexpr std::size_t devices_a_commit = 5000;
/// Memory of the writer: large, so that few files are written twice.
constexpr std::size_t writer_memory = std::size_t{256} << 20;
/// A single node holds this epoch of all shards.
constexpr persistence::shard_epoch single_node{1};

template <class T>
T expect(result<T> what) {
  if (!what)
    throw failure("the store: " + what.error().message);
  return std::move(*what);
}

template <class T>
T expect_there(result<std::optional<T>> what, const char* name) {
  auto value = expect(std::move(what));
  if (!value)
    throw failure(std::string(name) + " is not in the store: was the node started with --demo?");
  return std::move(*value);
}

/// What all devices have in common.
device_info make_pattern(persistence::store& store, timestamp now) {
  device_info pattern;
  pattern.created = now;
  auto owner = expect_there(store.find_user_by_email("tenant@thingsboard.org"), "the demo user");
  pattern.tenant = owner.tenant.value();
  auto profile = expect_there(store.find_default_profile(pattern.tenant), "the default profile");
  pattern.profile = profile.id;
  pattern.type = profile.name;
  return pattern;
}

persistence::write creation(device_info info, const std::string& token) {
  credentials access;
  access.id = random_uuid();
  access.created = info.created;
  access.device = info.id;
  access.credentials_id = token;
  persistence::write result;
  result.device = info.id;
  result.shard = shard_of(info.id);
  result.epoch = single_node;
  result.mutations.emplace_back(
      persistence::put_credentials{std::nullopt, std::move(access), info.tenant, info.profile});
  result.mutations.emplace_back(persistence::put_device{std::nullopt, std::move(info)});
  return result;
}

} // namespace

void prepare_store(const std::string& folder, std::size_t devices, const std::string& fleet_file) {
  system_clock_source clock;
  persistence::rocksdb_options options;
  options.path = folder;
  options.memory = writer_memory;
  auto store = expect(persistence::open_rocksdb(options, clock));
  auto pattern = make_pattern(*store, clock.now().wall);
  std::ofstream file(fleet_file, std::ios::binary);
  std::vector<persistence::write> batch;
  for (std::size_t next = 0; next < devices;) {
    batch.clear();
    for (; batch.size() < devices_a_commit && next < devices; ++next) {
      auto token = token_of(next);
      pattern.id = {random_uuid()};
      pattern.name = "bench " + token;
      file << token << ' ' << to_string(pattern.id) << '\n';
      batch.push_back(creation(pattern, token));
    }
    for (const auto& outcome : store->commit(batch))
      if (outcome.what != persistence::write_outcome::kind::durable)
        throw failure("the store took no device: " + outcome.why.message);
  }
  if (!file.flush())
    throw failure("cannot write " + fleet_file);
}

} // namespace muster::bench
