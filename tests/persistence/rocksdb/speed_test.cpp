#include "actors/model/uuid.hpp"
#include "persistence/rocksdb/rocksdb_store.hpp"
#include "tests/catch.hpp"
#include "tests/persistence/support/temporary_folder.hpp"

#include <time.h>

#include <cstdio>
#include <fstream>
#include <random>

// Hidden: `test_persistence [speed]` prints figures for people, of a release build, checks nothing
// but that all was done. MUSTER_SPEED_DEVICES and MUSTER_SPEED_FOLDER change fleet and place.

namespace muster::test {

using namespace persistence;

namespace {

class stopwatch {
public:
  double seconds() const { return now(CLOCK_MONOTONIC) - start_; }
  /// Of this thread: what other programs on the machine do not disturb.
  double processor_seconds() const { return now(CLOCK_THREAD_CPUTIME_ID) - processor_start_; }

private:
  static double now(clockid_t clock) {
    timespec t{};
    clock_gettime(clock, &t);
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
  }

  double start_ = now(CLOCK_MONOTONIC);
  double processor_start_ = now(CLOCK_THREAD_CPUTIME_ID);
};

std::size_t resident_kilobytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) {
      return std::stoul(line.substr(6));
    }
  }
  return 0;
}

write empty_write(const device_id& device) {
  write one;
  one.device = device;
  one.shard = shard_of(device);
  one.epoch = first_epoch;
  return one;
}

std::size_t from_environment(const char* name, std::size_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::stoul(text);
}

/// The fleet's identifiers can be made again from their numbers.
device_id device_of(std::uint32_t number) {
  std::mt19937_64 random(number);
  device_id id;
  for (auto& byte : id.value.bytes) {
    byte = static_cast<std::uint8_t>(random() >> 32);
  }
  return id;
}

write creation_of(std::uint32_t number, const tenant_id& tenant) {
  write one = empty_write(device_of(number));
  put_device device;
  device.now.id = *one.device;
  device.now.tenant = tenant;
  device.now.created = 1'700'000'000'000 + number;
  device.now.name = "Thermostat " + std::to_string(number);
  device.now.type = "default";
  put_credentials access;
  access.now.device = *one.device;
  access.now.credentials_id = "token-of-device-" + std::to_string(number);
  one.mutations = {device, access};
  one.preconditions.push_back({device_name_free{tenant, device.now.name}, {}});
  one.preconditions.push_back({credentials_free{access.now.credentials_id}, {}});
  return one;
}

write message_of(std::uint32_t device, std::uint64_t arrival, timestamp ts) {
  write one = empty_write(device_of(device));
  one.mutations.push_back(append_history{
      ts,
      arrival,
      {{"temperature", std::int64_t{42}}, {"humidity", static_cast<double>(arrival) / 7}},
      0});
  return one;
}

struct running {
  std::string folder = std::getenv("MUSTER_SPEED_FOLDER") ? std::getenv("MUSTER_SPEED_FOLDER") : "";
  temporary_folder temporary{std::filesystem::temp_directory_path()};
  system_clock_source clock;
  std::unique_ptr<rocks::rocksdb_store> store;

  running() { open(); }
  void open() {
    rocksdb_options options;
    options.path = folder.empty() ? temporary.path() : folder;
    store = rocks::rocksdb_store::open(options, {}, clock).value();
  }
};

/// Messages of `devices` devices, `batch` per commit.
void post(store& to, std::uint32_t devices, std::size_t batch, std::size_t messages) {
  std::mt19937 random(7);
  std::uint64_t arrival = 1;
  std::vector<write> writes;
  double spent = 0;
  double processor = 0;
  for (std::size_t done = 0; done < messages; done += batch) {
    writes.clear();
    for (std::size_t i = 0; i < batch; ++i) {
      writes.push_back(message_of(random() % devices, arrival, 1'700'000'000'000 + arrival));
      ++arrival;
    }
    const stopwatch watch;
    REQUIRE(to.commit(writes).back().what == write_outcome::kind::durable);
    spent += watch.seconds();
    processor += watch.processor_seconds();
  }
  std::printf(
      "%zu messages of %u devices, %zu a commit: %.0f/s, %.0f us a commit, %.1f us of processor a "
      "message, resident %zu MB\n",
      messages, devices, batch, static_cast<double>(messages) / spent,
      spent * 1e6 * static_cast<double>(batch) / static_cast<double>(messages),
      processor * 1e6 / static_cast<double>(messages), resident_kilobytes() / 1024);
}

} // namespace

TEST_CASE("speed of commits", "[.speed]") {
  running node;
  std::printf("empty: resident %zu MB\n", resident_kilobytes() / 1024);
  for (const std::size_t batch : {1, 8, 32, 128}) {
    post(*node.store, 1'000, batch, std::min<std::size_t>(400'000, 10'000 * batch));
  }
}

TEST_CASE("speed of a fleet", "[.speed]") {
  running node;
  const auto devices =
      static_cast<std::uint32_t>(from_environment("MUSTER_SPEED_DEVICES", 100'000));
  const tenant_id tenant{device_of(0).value};
  if (node.store->count_devices().value() < devices) {
    const stopwatch watch;
    for (std::uint32_t first = 0; first < devices; first += 500) {
      std::vector<write> writes;
      for (std::uint32_t i = first; i < std::min(devices, first + 500); ++i) {
        writes.push_back(creation_of(i, tenant));
      }
      REQUIRE(node.store->commit(writes).back().what == write_outcome::kind::durable);
    }
    std::printf("%u devices made in %.1f s\n", devices, watch.seconds());
  }
  node.store.reset();
  stopwatch opening;
  node.open();
  std::printf("opened in %.3f s, resident %zu MB\n", opening.seconds(),
              resident_kilobytes() / 1024);
  std::mt19937 random(3);
  for (int round = 0; round < 3; ++round) {
    std::vector<std::uint32_t> numbers(50'000);
    std::vector<device_id> ids;
    for (auto& number : numbers) {
      number = random() % devices;
      ids.push_back(device_of(number));
    }
    const auto reads = static_cast<double>(numbers.size());
    const stopwatch watch;
    for (const auto& id : ids) {
      REQUIRE(node.store->read_device(id).value());
    }
    const double device_time = watch.seconds();
    const double device_processor = watch.processor_seconds();
    const stopwatch tokens;
    for (const auto number : numbers) {
      REQUIRE(node.store->find_token("token-of-device-" + std::to_string(number)).value());
    }
    std::printf(
        "read_device %.1f us (%.1f of processor), find_token %.1f us (%.1f), resident %zu MB\n",
        device_time / reads * 1e6, device_processor / reads * 1e6, tokens.seconds() / reads * 1e6,
        tokens.processor_seconds() / reads * 1e6, resident_kilobytes() / 1024);
  }
  const stopwatch pages;
  page_link link;
  link.page = devices / link.size / 2;
  REQUIRE(node.store->list_devices({tenant}, link).value().data.size() == link.size);
  const double middle = pages.seconds();
  const stopwatch search;
  link.page = 0;
  link.text_search = "9999";
  REQUIRE(!node.store->list_devices({tenant}, link).value().data.empty());
  std::printf("middle page %.3f s, text search %.3f s\n", middle, search.seconds());
  post(*node.store, devices, 32, std::min<std::size_t>(devices, 400'000));
}

TEST_CASE("speed of history", "[.speed]") {
  running node;
  constexpr std::size_t rows = 1'000'000;
  std::vector<write> writes;
  for (std::size_t i = 0; i < rows; i += 1'000) {
    writes.assign(1, empty_write(device_of(1)));
    for (std::size_t j = i; j < i + 1'000; ++j) {
      append_history row{
          static_cast<timestamp>(j), j + 1, {{"dense", static_cast<std::int64_t>(j)}}, 0};
      if (j % 1'000 == 0) {
        row.values.push_back({"sparse", 1.5});
      }
      writes[0].mutations.push_back(std::move(row));
    }
    node.store->commit(writes);
  }
  for (const std::string key : {"sparse", "dense"}) {
    const std::size_t wanted = key == "sparse" ? 100 : 1'000;
    std::size_t found = 0;
    const stopwatch watch;
    REQUIRE(node.store->scan_history({device_of(1), 0, 2'000'000, true}, 0,
                                     [&](const append_history& row) {
                                       for (const auto& one : row.values) {
                                         found += one.key == key ? 1 : 0;
                                       }
                                       return found < wanted ? scan_step::go_on : scan_step::stop;
                                     }));
    std::printf("%zu points of the %s key: %.4f s\n", found, key.c_str(), watch.seconds());
  }
}

} // namespace muster::test
