#include "persistence/rocksdb/rocksdb_store.hpp"
#include "tests/catch.hpp"
#include "tests/persistence/postgres/database.hpp"
#include "tests/persistence/postgres/writes.hpp"
#include "tests/persistence/support/temporary_folder.hpp"

#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <random>
#include <sstream>

// Hidden: `test_postgres [speed]` prints figures for people, of a release build: the same messages
// into RocksDB and into PostgreSQL with its synchronous standby, all on a disk in memory.

namespace muster::test {

using namespace persistence;

namespace {

constexpr std::uint32_t devices = 1'000;

/// Seconds of processor that this process and its ended threads have used.
double own_processor() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

/// Of the servers: of all processes of the name, ended sessions included in their parent.
double servers_processor() {
  double ticks = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream file(entry.path() / "stat");
    std::string line;
    if (!std::getline(file, line) || line.find("(postgres)") == std::string::npos) {
      continue;
    }
    std::istringstream fields(line.substr(line.rfind(')') + 2));
    std::string skipped;
    for (int i = 0; i < 11; ++i) {
      fields >> skipped;
    }
    for (int i = 0; i < 4; ++i) {
      double spent = 0;
      fields >> spent;
      ticks += spent;
    }
  }
  return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

void post(const char* name, store& to, std::size_t batch, std::size_t messages) {
  std::mt19937 random(7);
  static std::uint64_t arrival = 1;
  double spent = 0;
  const double own = own_processor();
  const double servers = servers_processor();
  std::vector<write> writes;
  for (std::size_t done = 0; done < messages; done += batch) {
    writes.clear();
    for (std::size_t i = 0; i < batch; ++i) {
      writes.push_back(message(device_of(random() % devices), ++arrival));
    }
    const auto start = std::chrono::steady_clock::now();
    REQUIRE(to.commit(writes).back().what == write_outcome::kind::durable);
    spent += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }
  const double count = static_cast<double>(messages);
  std::printf(
      "%-10s %5zu a commit: %8.0f/s, %7.0f us a commit, processor a message: %5.1f us here, "
      "%5.1f us in the servers\n",
      name, batch, count / spent, spent * 1e6 * static_cast<double>(batch) / count,
      (own_processor() - own) * 1e6 / count, (servers_processor() - servers) * 1e6 / count);
}

void make_devices(store& in) {
  std::vector<write> writes;
  for (std::uint32_t i = 0; i < devices; ++i) {
    writes.push_back(creation(device_of(i), std::to_string(i)));
  }
  const auto start = std::chrono::steady_clock::now();
  REQUIRE(in.commit(writes).back().what == write_outcome::kind::durable);
  std::printf("%u devices made in %.3f s\n", devices,
              std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
}

void read_devices(store& from) {
  const double own = own_processor();
  const double servers = servers_processor();
  const auto start = std::chrono::steady_clock::now();
  for (std::uint32_t i = 0; i < devices; ++i) {
    REQUIRE(from.read_device(device_of(i)).value());
  }
  std::printf("read_device: %.0f us each, processor: %.1f us here, %.1f us in the servers\n",
              std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() *
                  1e6 / devices,
              (own_processor() - own) * 1e6 / devices,
              (servers_processor() - servers) * 1e6 / devices);
}

void read_many_devices(postgres_store& from, std::size_t at_once) {
  const double own = own_processor();
  const double servers = servers_processor();
  const auto start = std::chrono::steady_clock::now();
  std::vector<device_id> some;
  for (std::uint32_t i = 0; i < devices; ++i) {
    some.push_back(device_of(i));
    if (some.size() == at_once || i + 1 == devices) {
      for (const auto& one : from.read_devices(some)) {
        REQUIRE(one.value());
      }
      some.clear();
    }
  }
  std::printf(
      "%zu devices at once: %.0f us each, processor: %.1f us here, %.1f us in the servers\n",
      at_once,
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() * 1e6 /
          devices,
      (own_processor() - own) * 1e6 / devices, (servers_processor() - servers) * 1e6 / devices);
}

/// What would be left to ask of the database if the rows lay in a folder of this machine: whether
/// they are those of the table.
void check_versions(std::size_t at_once) {
  auto session = session_with(server_pair());
  const double own = own_processor();
  const double servers = servers_processor();
  const auto start = std::chrono::steady_clock::now();
  for (std::uint32_t first = 0; first < devices; first += static_cast<std::uint32_t>(at_once)) {
    postgres::array ids(postgres::sql_type::uuid);
    postgres::array shards(postgres::sql_type::bigint);
    for (std::uint32_t i = first; i < first + at_once; ++i) {
      ids.id(device_of(i).value);
      shards.number(static_cast<std::int64_t>(shard_of(device_of(i))));
    }
    const auto found =
        session.run("select o.epoch, o.seq, d.version, l.arrival from unnest($1, $2) with "
                    "ordinality q(id, shard, n) join shard_owner o on o.shard = q.shard "
                    "left join device d on d.id = q.id left join latest l on l.device = q.id "
                    "order by q.n",
                    postgres::parameters().list(ids).list(shards));
    REQUIRE(found.value().size() == at_once);
  }
  std::printf("versions of %zu at once: %.0f us each, processor: %.1f us here, %.1f us in the "
              "servers\n",
              at_once,
              std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() *
                  1e6 / devices,
              (own_processor() - own) * 1e6 / devices,
              (servers_processor() - servers) * 1e6 / devices);
}

} // namespace

TEST_CASE("speed of activation reads", "[.reads]") {
  system_clock_source clock;
  empty_database(server_pair(), clock);
  const auto sql = open_owner(options_of(server_pair()), clock);
  make_devices(*sql);
  post("PostgreSQL", *sql, 64, 20'000);
  for (const std::size_t at_once : {1, 1, 10, 100, 200}) {
    read_many_devices(*sql, at_once);
  }
  check_versions(100);
  check_versions(100);
}

TEST_CASE("speed of PostgreSQL", "[.speed]") {
  system_clock_source clock;
  temporary_folder folder;
  rocksdb_options options;
  options.path = folder.path();
  options.min_free = 0;
  const auto rocks = rocks::rocksdb_store::open(options, {}, clock).value();
  empty_database(server_pair(), clock);
  const auto sql = open_owner(options_of(server_pair()), clock);
  make_devices(*rocks);
  make_devices(*sql);
  read_devices(*rocks);
  read_devices(*sql);
  for (const std::size_t batch : {1, 8, 64, 512}) {
    post("RocksDB", *rocks, batch, std::min<std::size_t>(100'000, 2'000 * batch));
    post("PostgreSQL", *sql, batch, std::min<std::size_t>(100'000, 2'000 * batch));
  }
  // With a journal of some hundred messages each.
  read_devices(*rocks);
  read_devices(*sql);
}

} // namespace muster::test
