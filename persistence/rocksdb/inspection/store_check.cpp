#include "persistence/rocksdb/inspection/store_check.hpp"

#include "persistence/encoding/rows.hpp"
#include "persistence/rocksdb/inspection/index_tally.hpp"
#include "persistence/rocksdb/inspection/row_names.hpp"
#include "persistence/rocksdb/inspection/stored_entities.hpp"
#include "persistence/rocksdb/walk.hpp"

#include <atomic>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <unordered_set>

namespace muster::persistence {

namespace {

using keys::directory_kind;
using rocks::family;
using rocks::index_tally;
using rocks::row_role;

/// Of the time, the rest is for the devices.
constexpr double share_of_indexes = 0.3;

std::size_t place_of(family which, std::string_view key) noexcept {
  return which == family::due ? index_tally::due : static_cast<std::uint8_t>(key[0]);
}

/// Adds what an entity leads to.
void add_expected(index_tally& into, family which, std::string_view key, std::string_view row) {
  if (which == family::due) {
    into.sums[index_tally::due].add(key, row);
  } else if (which == family::directory) {
    const auto role = rocks::role_of(static_cast<directory_kind>(key[0]));
    std::uint64_t number = 0;
    if (role == row_role::index) {
      into.sums[place_of(which, key)].add(key, row);
    } else if (role == row_role::count && decode_number(row, number)) {
      into.counts[std::string(key)] += number;
    }
  }
}

class store_check {
public:
  store_check(const data_folder& data, const store_check_options& options,
              const std::function<void(double)>& progress)
      : rows_(data.rows()), options_(options), progress_(progress),
        rpcs_since_(options.now - options.rpc_retention_seconds * 1'000) {}

  result<store_check_report> run() {
    return read_directory()
        .and_then([&] { return read_all_devices(); })
        .and_then([&] { return read_indexes(); })
        .and_then([&] { return compare(); })
        .map([&] {
          progress_(1);
          return std::move(report_);
        });
  }

private:
  void problem(std::string what) {
    const std::lock_guard guard(lock_);
    ++report_.problem_count;
    if (report_.problems.size() < options_.most_told) {
      report_.problems.push_back(std::move(what));
    }
  }

  rocks::entity_visitor tallying(index_tally& into) {
    return {[&into](family which, std::string_view key, std::string_view row) {
              add_expected(into, which, key, row);
            },
            [this](std::string what) { problem(std::move(what)); }};
  }

  result<void> read_directory() {
    auto expected = rocks::expected_rows::make();
    if (!expected) {
      return tl::unexpected(std::move(expected.error()));
    }
    return rocks::visit_directory(rows_, **expected, tallying(expected_), known_)
        .map([&](std::uint64_t rows) { report_.directory_rows = rows; });
  }

  result<void> read_all_devices() {
    const unsigned wanted =
        options_.threads != 0 ? options_.threads : std::thread::hardware_concurrency();
    std::vector<std::thread> threads;
    for (unsigned one = 1; one < wanted; ++one) {
      threads.emplace_back([this] { read_shards(); });
    }
    read_shards();
    for (auto& one : threads) {
      one.join();
    }
    return failure_ ? tl::unexpected(*failure_) : result<void>{};
  }

  void read_shards() {
    auto expected = rocks::expected_rows::make();
    index_tally tally;
    const auto visit = tallying(tally);
    for (unsigned shard = next_shard_++; shard < shard_count; shard = next_shard_++) {
      auto read = expected ? rocks::visit_devices(rows_, static_cast<std::uint8_t>(shard),
                                                  rpcs_since_, **expected, visit, known_)
                           : tl::unexpected(expected.error());
      const std::lock_guard guard(lock_);
      if (!read) {
        failure_ = std::move(read.error());
        return;
      }
      report_.devices += read->devices;
      report_.history_rows += read->history_rows;
      progress_(++shards_done_ * (1 - share_of_indexes) / shard_count);
    }
    const std::lock_guard guard(lock_);
    expected_.add(tally);
  }

  bool is_left_out(std::string_view key, std::string_view row) const {
    rpc_place place;
    return key[0] == static_cast<char>(directory_kind::rpc) && decode(row, place) &&
           place.ended != 0 && place.ended < rpcs_since_;
  }

  result<void> read_indexes() {
    auto done = rocks::walk_range(rows_, {}, {}, false,
                                  [&](std::string_view key, std::string_view row) -> result<bool> {
                                    add_stored(key, row);
                                    return true;
                                  });
    if (!done) {
      return done;
    }
    progress_(1 - share_of_indexes / 2);
    return walk_due([&](std::string_view key, std::string_view row) {
      stored_.sums[index_tally::due].add(key, row);
    });
  }

  void add_stored(std::string_view key, std::string_view row) {
    const auto role = rocks::role_of(static_cast<directory_kind>(key[0]));
    if (role == row_role::count) {
      std::uint64_t number = 0;
      if (auto read = decode_number(row, number); !read) {
        problem(rocks::key_text(family::directory, key) + ": " + read.error().message);
      }
      stored_.counts[std::string(key)] = number;
    } else if (role == row_role::index && !is_left_out(key, row)) {
      stored_.sums[place_of(family::directory, key)].add(key, row);
    }
  }

  template <class Visit>
  result<void> walk_due(Visit visit) {
    rocksdb::ReadOptions options;
    options.total_order_seek = true;
    options.fill_cache = false;
    const std::unique_ptr<rocksdb::Iterator> at(
        rows_.db().NewIterator(options, rows_.of(family::due)));
    for (at->SeekToFirst(); at->Valid(); at->Next()) {
      visit(at->key().ToStringView(), at->value().ToStringView());
    }
    return at->status().ok() ? result<void>() : tl::unexpected(rocks::error_of(at->status()));
  }

  result<void> compare() {
    compare_counts();
    if (expected_.sums == stored_.sums) {
      return {};
    }
    return explain();
  }

  void compare_counts() {
    for (const auto& [key, number] : expected_.counts) {
      const auto found = stored_.counts.find(key);
      const std::uint64_t stored = found == stored_.counts.end() ? 0 : found->second;
      if (stored != number) {
        problem(rocks::key_text(family::directory, key) + " is " + std::to_string(stored) +
                ", but there are " + std::to_string(number));
      }
    }
    for (const auto& [key, number] : stored_.counts) {
      if (!expected_.counts.contains(key)) {
        problem(rocks::key_text(family::directory, key) + " is " + std::to_string(number) +
                ", but there are none");
      }
    }
  }

  bool differs(family which, std::string_view key) const {
    const std::size_t at = place_of(which, key);
    return expected_.sums[at] != stored_.sums[at];
  }

  /// Reads all once more: which entries of the indexes that do not agree are missing, wrong or of
  /// nothing.
  result<void> explain() {
    auto expected = rocks::expected_rows::make();
    if (!expected) {
      return tl::unexpected(std::move(expected.error()));
    }
    const rocks::entity_visitor visit{[this](family which, std::string_view key,
                                             std::string_view row) { look_for(which, key, row); },
                                      [](const std::string&) {}};
    rocks::known_entities known;
    if (auto read = rocks::visit_directory(rows_, **expected, visit, known); !read) {
      return tl::unexpected(std::move(read.error()));
    }
    for (unsigned shard = 0; shard < shard_count; ++shard) {
      auto read = rocks::visit_devices(rows_, static_cast<std::uint8_t>(shard), rpcs_since_,
                                       **expected, visit, known);
      if (!read) {
        return tl::unexpected(std::move(read.error()));
      }
    }
    return find_superfluous();
  }

  void look_for(family which, std::string_view key, std::string_view row) {
    const bool index = which == family::due ||
                       (which == family::directory &&
                        rocks::role_of(static_cast<directory_kind>(key[0])) == row_role::index);
    if (!index || !differs(which, key)) {
      return;
    }
    found_.insert(std::hash<std::string_view>()(key));
    rocksdb::PinnableSlice bytes;
    const auto there = rows_.get(which, key, bytes);
    if (!there) {
      problem(there.error().message);
    } else if (!*there) {
      problem("the index lacks " + rocks::key_text(which, key));
    } else if (bytes.ToStringView() != row) {
      problem("the index is wrong at " + rocks::key_text(which, key));
    }
  }

  result<void> find_superfluous() {
    const auto look = [this](family which, std::string_view key) {
      if (differs(which, key) && !found_.contains(std::hash<std::string_view>()(key))) {
        problem("the index has " + rocks::key_text(which, key) + ", which follows from nothing");
      }
    };
    auto done = rocks::walk_range(
        rows_, {}, {}, false, [&](std::string_view key, std::string_view row) -> result<bool> {
          const auto kind = static_cast<directory_kind>(key[0]);
          if (rocks::role_of(kind) == row_role::index && !is_left_out(key, row)) {
            look(family::directory, key);
          }
          return true;
        });
    return done.and_then([&] {
      return walk_due([&](std::string_view key, std::string_view) { look(family::due, key); });
    });
  }

  const rocks::database& rows_;
  const store_check_options& options_;
  const std::function<void(double)>& progress_;
  const timestamp rpcs_since_;
  rocks::known_entities known_;
  std::atomic<unsigned> next_shard_ = 0;

  std::mutex lock_;
  unsigned shards_done_ = 0;
  std::optional<error> failure_;
  store_check_report report_;
  index_tally expected_;
  index_tally stored_;
  /// Keys of the entries that should be there, hashed.
  std::unordered_set<std::size_t> found_;
};

} // namespace

result<store_check_report> check_store(const data_folder& data, const store_check_options& options,
                                       const std::function<void(double)>& progress) {
  return store_check(data, options, progress).run();
}

} // namespace muster::persistence
