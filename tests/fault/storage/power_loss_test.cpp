#include "persistence/rocksdb/rocksdb_store.hpp"
#include "tests/catch.hpp"
#include "tests/fault/storage/ledger.hpp"
#include "tests/fault/storage/lossy_files.hpp"
#include "tests/persistence/support/manual_clock.hpp"
#include "tests/persistence/support/temporary_folder.hpp"

namespace muster::test {

using namespace persistence;

namespace {

struct losses {
  std::size_t acknowledged = 0;
  std::vector<std::string> missing;
};

/// Writes, loses power in the middle, starts again and looks, `rounds` times on one folder.
losses lose_power(bool sync, int rounds, std::uint32_t seed) {
  const temporary_folder folder;
  const manual_clock clock;
  const auto disk = std::make_shared<lossy_files>(seed);
  const auto env = rocksdb::NewCompositeEnv(disk);
  rocksdb_options options;
  options.path = folder.path();
  options.min_free = 0;
  options.memory = std::size_t{8} << 20;
  rocksdb_hooks hooks;
  hooks.env = env.get();
  hooks.sync = sync;
  hooks.keeper_thread = false;
  hooks.flush_at_end = false;

  std::mt19937 random(seed);
  ledger book(seed, 4'000);
  losses found;
  for (int round = 0; round < rounds && found.missing.empty(); ++round) {
    {
      auto rows = rocks::rocksdb_store::open(options, hooks, clock).value();
      found.missing = book.missing_in(*rows);
      disk->cut_power_after(random() % 600);
      while (!disk->power_is_off()) {
        const auto outcomes = rows->commit(book.next());
        // An answer that was on its way when the power went is none.
        if (outcomes[0].what == write_outcome::kind::durable && !disk->power_is_off()) {
          book.acknowledged();
        }
      }
    }
    disk->lose_unsynced();
  }
  auto rows = rocks::rocksdb_store::open(options, hooks, clock).value();
  if (found.missing.empty()) {
    found.missing = book.missing_in(*rows);
  }
  found.acknowledged = book.acknowledged_count();
  return found;
}

} // namespace

TEST_CASE("20 losses of power lose nothing that was acknowledged") {
  const auto seed = Catch::rngSeed();
  INFO("seed " << seed);
  const auto found = lose_power(true, 20, seed);
  report_fault("power", found.acknowledged, found.missing.size());
  CHECK(found.acknowledged > 1'000);
  CHECK(found.missing == std::vector<std::string>{});
}

TEST_CASE("a store that does not sync is caught by the same test") {
  const auto found = lose_power(false, 20, 1);
  CHECK(found.acknowledged > 100);
  CHECK_FALSE(found.missing.empty());
}

} // namespace muster::test
