#include "persistence/encoding/keys.hpp"
#include "persistence/encoding/rows.hpp"
#include "persistence/rocksdb/reads.hpp"
#include "persistence/timeseries/expiry.hpp"

#include <limits>

namespace muster::persistence::rocks {

namespace {

constexpr std::uint64_t newest_arrival = std::numeric_limits<std::uint64_t>::max();

/// How often a long scan looks whether the database is to be closed.
constexpr std::uint64_t rows_between_looks = 256;

} // namespace

result<void> scan_history(const database& from, const history_scan& range,
                          std::int64_t retention_seconds, timestamp now,
                          const std::function<scan_step(const append_history&)>& visit) {
  if (range.start >= range.end) {
    return {};
  }
  const auto device = keys::of_device(range.device);
  // Keys run from new to old: both bounds are the first key of their time.
  const auto newest = keys::of_history(device, range.end - 1, newest_arrival);
  const bool to_the_oldest = range.start == std::numeric_limits<timestamp>::min();
  const auto below = to_the_oldest ? keys::of_history(device, range.start, 0)
                                   : keys::of_history(device, range.start - 1, newest_arrival);
  std::string end(keys::view(below));
  if (to_the_oldest) {
    end.push_back('\0');
  }
  const rocksdb::Slice upper = slice(end);
  const rocksdb::Slice lower = slice(keys::view(newest));
  rocksdb::ReadOptions options;
  options.iterate_upper_bound = &upper;
  options.iterate_lower_bound = &lower;
  // Going backwards the prefix's filters cannot be used.
  options.total_order_seek = !range.descending;
  const std::unique_ptr<rocksdb::Iterator> rows(
      from.db().NewIterator(options, from.of(family::timeseries)));

  append_history row;
  std::uint64_t seen = 0;
  range.descending ? rows->Seek(lower) : rows->SeekToLast();
  for (; rows->Valid(); range.descending ? rows->Next() : rows->Prev()) {
    if (++seen % rows_between_looks == 0 && from.recalled()) {
      return fail(error_code::storage_unavailable, "the store is opened again");
    }
    const auto place = keys::parse_history(rows->key().ToStringView());
    if (!place) {
      return fail(error_code::storage_unavailable, "a stored history row has a bad key");
    }
    row.ts = place->ts;
    row.arrival = place->arrival;
    if (auto read = decode_history(rows->value().ToStringView(), row); !read) {
      return read;
    }
    if (!history_expired(row.ts, row.expires, retention_seconds, now) &&
        visit(row) == scan_step::stop) {
      return {};
    }
  }
  return rows->status().ok() ? result<void>() : tl::unexpected(error_of(rows->status()));
}

} // namespace muster::persistence::rocks
