#include "persistence/rocksdb/inspection/store_check.hpp"

#include "persistence/encoding/rows.hpp"
#include "persistence/rocksdb/inspection/index_difference.hpp"
#include "persistence/rocksdb/inspection/index_rows.hpp"
#include "persistence/rocksdb/inspection/index_tally.hpp"
#include "persistence/rocksdb/inspection/row_names.hpp"
#include "persistence/rocksdb/inspection/stored_entities.hpp"
#include "persistence/rocksdb/walk.hpp"

#include <atomic>
#include <mutex>
#include <thread>

namespace muster::persistence {

namespace {

using keys::directory_kind;
using rocks::family;
using rocks::index_tally;
using rocks::row_role;

/// Adds what an entity leads to.
void add_expected(index_tally& into, family which, std::string_view key, std::string_view row) {
  if (which == family::due) {
    into.sums[index_tally::due].add(key, row);
  } else if (which == family::directory) {
    const auto role = rocks::role_of(static_cast<directory_kind>(key[0]));
    std::uint64_t number = 0;
    if (role == row_role::index) {
      into.sums[rocks::place_of(which, key)].add(key, row);
    } else if (role == row_role::count && decode_number(row, number)) {
      into.counts[std::string(key)] += number;
    }
  }
}

/// What one thread reads at a time: an index of the directory, all deadlines, the devices of a
/// shard.
struct part {
  enum class what : std::uint8_t { index, deadlines, shard };

  what kind = what::shard;
  std::uint8_t number = 0;
};

class store_check {
public:
  store_check(const data_folder& data, const store_check_options& options,
              const std::function<void(double)>& progress)
      : rows_(data.rows()), options_(options), progress_(progress),
        rpcs_since_(options.now - options.rpc_retention_seconds * 1'000) {}

  result<store_check_report> run() {
    return read_directory()
        .and_then([&] { return read_parts(); })
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

  /// Indexes and devices side by side, each thread with the next part.
  result<void> read_parts() {
    for (unsigned kind = 0; kind < rocks::directory_kinds; ++kind) {
      const auto role = rocks::role_of(static_cast<directory_kind>(kind));
      if (role == row_role::index || role == row_role::count) {
        parts_.push_back({part::what::index, static_cast<std::uint8_t>(kind)});
      }
    }
    parts_.push_back({part::what::deadlines, 0});
    for (unsigned shard = 0; shard < shard_count; ++shard) {
      parts_.push_back({part::what::shard, static_cast<std::uint8_t>(shard)});
    }
    const unsigned wanted =
        options_.threads != 0 ? options_.threads : std::thread::hardware_concurrency();
    std::vector<std::thread> threads;
    for (unsigned one = 1; one < wanted; ++one) {
      threads.emplace_back([this] { read_next_parts(); });
    }
    read_next_parts();
    for (auto& one : threads) {
      one.join();
    }
    return failure_ ? tl::unexpected(*failure_) : result<void>{};
  }

  void read_next_parts() {
    auto expected = rocks::expected_rows::make();
    index_tally should_be;
    index_tally is;
    for (std::size_t next = next_part_++; next < parts_.size(); next = next_part_++) {
      const auto read = expected ? read_part(parts_[next], **expected, should_be, is)
                                 : tl::unexpected(expected.error());
      const std::lock_guard guard(lock_);
      if (!read) {
        failure_ = read.error();
        return;
      }
      progress_(static_cast<double>(++parts_done_) / static_cast<double>(parts_.size()));
    }
    const std::lock_guard guard(lock_);
    expected_.add(should_be);
    stored_.add(is);
  }

  result<void> read_part(const part& which, rocks::expected_rows& expected, index_tally& should_be,
                         index_tally& is) {
    if (which.kind == part::what::shard) {
      return rocks::visit_devices(rows_, which.number, rpcs_since_, expected, tallying(should_be),
                                  known_)
          .map([&](const rocks::device_counts_read& read) {
            const std::lock_guard guard(lock_);
            report_.devices += read.devices;
            report_.history_rows += read.history_rows;
          });
    }
    if (which.kind == part::what::deadlines) {
      return rocks::walk_due(rows_, [&](std::string_view key, std::string_view row) {
        is.sums[index_tally::due].add(key, row);
      });
    }
    std::uint64_t read = 0;
    return rocks::walk(rows_, std::string(1, static_cast<char>(which.number)), false,
                       [&](std::string_view key, std::string_view row) -> result<bool> {
                         ++read;
                         add_stored(key, row, is);
                         return true;
                       })
        .map([&] {
          const std::lock_guard guard(lock_);
          report_.directory_rows += read;
        });
  }

  void add_stored(std::string_view key, std::string_view row, index_tally& into) {
    const auto role = rocks::role_of(static_cast<directory_kind>(key[0]));
    if (role == row_role::count) {
      std::uint64_t number = 0;
      if (auto read = decode_number(row, number); !read) {
        problem(rocks::key_text(family::directory, key) + ": " + read.error().message);
      }
      into.counts[std::string(key)] = number;
    } else if (role == row_role::index && !rocks::is_left_out(key, row, rpcs_since_)) {
      into.sums[rocks::place_of(family::directory, key)].add(key, row);
    }
  }

  result<void> compare() {
    compare_counts();
    if (expected_.sums == stored_.sums) {
      return {};
    }
    return rocks::tell_differences(rows_, rpcs_since_, expected_, stored_,
                                   [this](std::string what) { problem(std::move(what)); });
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

  const rocks::database& rows_;
  const store_check_options& options_;
  const std::function<void(double)>& progress_;
  const timestamp rpcs_since_;
  rocks::known_entities known_;
  std::vector<part> parts_;
  std::atomic<std::size_t> next_part_ = 0;

  std::mutex lock_;
  std::size_t parts_done_ = 0;
  std::optional<error> failure_;
  store_check_report report_;
  index_tally expected_;
  index_tally stored_;
};

} // namespace

result<store_check_report> check_store(const data_folder& data, const store_check_options& options,
                                       const std::function<void(double)>& progress) {
  return store_check(data, options, progress).run();
}

} // namespace muster::persistence
