#include "persistence/postgres/json_values.hpp"
#include "persistence/postgres/reads.hpp"
#include "persistence/timeseries/expiry.hpp"

#include <limits>

namespace muster::persistence::postgres {

namespace {

// Few scans want many rows, so pieces begin small.
constexpr std::int64_t first_piece = 64;
constexpr std::int64_t largest_piece = 2'048;

/// The next piece in order. $2 and $3 bound the time, $4 is the arrival of the last row seen, whose
/// time is the bound on its side.
std::string piece_text(bool descending) {
  return "select " + columns_of<append_history>() +
         ", content from history where device = $1 and ts >= $2 and ts <= $3 and " +
         (descending ? "(ts < $3 or arrival < $4) order by ts desc, arrival desc"
                     : "(ts > $2 or arrival > $4) order by ts, arrival") +
         " limit $5";
}

const std::string& erased_text() {
  static const std::string text = "select from device where id = $1";
  return text;
}

/// Where a scan is.
struct place {
  timestamp from;
  timestamp to;
  std::int64_t arrival;
};

} // namespace

result<void> scan_history(connection& session, const history_scan& range,
                          std::int64_t retention_seconds, timestamp now,
                          const std::function<scan_step(const append_history&)>& visit) {
  static const std::string newest_first = piece_text(true);
  static const std::string oldest_first = piece_text(false);
  if (range.start >= range.end) {
    return {};
  }
  // What is left of an erased device's history goes piece by piece.
  const auto exists = ask(session, erased_text(), parameters().id(range.device));
  if (!exists || exists->empty()) {
    return exists.map([](const rows&) {});
  }
  constexpr auto highest = std::numeric_limits<std::int64_t>::max();
  place at{range.start, range.end - 1, range.descending ? highest : -1};
  append_history row;
  for (std::int64_t limit = first_piece;; limit = std::min(limit * 4, largest_piece)) {
    const auto found = ask(session, range.descending ? newest_first : oldest_first,
                           parameters()
                               .id(range.device)
                               .number(at.from)
                               .number(at.to)
                               .number(at.arrival)
                               .number(limit));
    if (!found) {
      return tl::unexpected(found.error());
    }
    for (std::size_t i = 0; i < found->size(); ++i) {
      field_reader in(*found, i);
      fields(in, row);
      if (auto read = values_from_json(found->text(i, in.column()), row.values); !read) {
        return read;
      }
      if (!history_expired(row.ts, row.expires, retention_seconds, now) &&
          visit(row) == scan_step::stop) {
        return {};
      }
    }
    if (static_cast<std::int64_t>(found->size()) < limit) {
      return {};
    }
    (range.descending ? at.to : at.from) = row.ts;
    at.arrival = static_cast<std::int64_t>(row.arrival);
  }
}

} // namespace muster::persistence::postgres
