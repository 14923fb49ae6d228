#include "persistence/rocksdb/rocksdb_store.hpp"
#include "tests/catch.hpp"
#include "tests/fault/storage/ledger.hpp"
#include "tests/persistence/support/manual_clock.hpp"
#include "tests/persistence/support/temporary_folder.hpp"

#include <sys/mount.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace muster::test {

using namespace persistence;

namespace {

constexpr std::size_t mebibyte = std::size_t{1} << 20;

/// A small disk of its own; without the right to mount it is not there.
class small_disk {
public:
  small_disk()
      : mounted_(mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, "size=32m") == 0),
        error_(errno) {}
  ~small_disk() {
    if (mounted_) {
      umount2(folder_.path().c_str(), MNT_DETACH);
    }
  }
  bool mounted() const { return mounted_; }
  std::string why_not() const { return std::strerror(error_); }
  const std::string& path() const { return folder_.path(); }

  /// Fills the disk up but for so many bytes.
  void fill_but(std::uint64_t left) const {
    std::ofstream file(path() + "/filler", std::ios::binary);
    const std::string block(64 * 1024, 'x');
    while (std::filesystem::space(path()).available > left + block.size()) {
      file.write(block.data(), static_cast<std::streamsize>(block.size()));
      file.flush();
    }
  }
  void free() const { std::filesystem::remove(path() + "/filler"); }

private:
  temporary_folder folder_;
  bool mounted_;
  int error_;
};

/// Fills the disk but for `left` bytes, writes until it is full, frees it and goes on; three times.
void fill_and_free(std::uint64_t left, std::size_t value_size) {
  const small_disk disk;
  if (!disk.mounted()) {
    WARN("skipped: a small disk cannot be mounted (" << disk.why_not() << ")");
    return;
  }
  const manual_clock clock;
  rocksdb_options options;
  options.path = disk.path();
  options.min_free = 0;
  options.memory = 8 * mebibyte;
  rocksdb_hooks hooks;
  hooks.keeper_thread = false;
  auto rows = rocks::rocksdb_store::open(options, hooks, clock).value();
  ledger book(3, value_size);
  const auto commit = [&] {
    const bool durable = rows->commit(book.next())[0].what == write_outcome::kind::durable;
    if (durable) {
      book.acknowledged();
    }
    return durable;
  };
  for (std::uint64_t round = 0; round < 3; ++round) {
    REQUIRE(commit());
    disk.fill_but(left);
    int commits = 0;
    while (commit()) {
      REQUIRE(++commits < 100'000);
    }
    CHECK_FALSE(rows->health().trouble.empty());
    // Opening needs space too: whether it finds enough or not, nothing breaks.
    rows->tend();
    commit();
    disk.free();
    rows->tend();
    CHECK(rows->health().trouble.empty());
    CHECK(rows->health().reopenings >= round + 1);
    REQUIRE(commit());
    CHECK(book.missing_in(*rows).empty());
  }
  rows.reset();
  rows = rocks::rocksdb_store::open(options, hooks, clock).value();
  const auto missing = book.missing_in(*rows);
  report_fault("disk", book.acknowledged_count(), missing.size());
  CHECK(missing.empty());
}

} // namespace

TEST_CASE("a disk that is full for the journal loses nothing and the store goes on") {
  fill_and_free(mebibyte / 4, 200);
}

TEST_CASE("a disk that is full for a table file loses nothing and the store goes on") {
  fill_and_free(6 * mebibyte, 10'000);
}

} // namespace muster::test
