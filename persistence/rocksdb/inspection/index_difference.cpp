#include "persistence/rocksdb/inspection/index_difference.hpp"

#include "persistence/rocksdb/inspection/index_rows.hpp"
#include "persistence/rocksdb/inspection/row_names.hpp"
#include "persistence/rocksdb/inspection/stored_entities.hpp"
#include "persistence/rocksdb/walk.hpp"

#include <string_view>
#include <unordered_set>

namespace muster::persistence::rocks {

namespace {

using keys::directory_kind;

class index_difference {
public:
  index_difference(const database& rows, timestamp rpcs_since, const index_tally& should_be,
                   const index_tally& is, const std::function<void(std::string)>& problem)
      : rows_(rows), rpcs_since_(rpcs_since), should_be_(should_be), is_(is), problem_(problem) {}

  result<void> explain() {
    auto expected = expected_rows::make();
    if (!expected) {
      return tl::unexpected(std::move(expected.error()));
    }
    const entity_visitor visit{[this](family which, std::string_view key, std::string_view row) {
                                 look_for(which, key, row);
                               },
                               [](const std::string&) {}};
    known_entities known;
    if (auto read = visit_directory(rows_, **expected, visit, known); !read) {
      return tl::unexpected(std::move(read.error()));
    }
    for (unsigned shard = 0; shard < shard_count; ++shard) {
      auto read = visit_devices(rows_, static_cast<std::uint8_t>(shard), rpcs_since_, **expected,
                                visit, known);
      if (!read) {
        return tl::unexpected(std::move(read.error()));
      }
    }
    return find_superfluous();
  }

private:
  bool differs(family which, std::string_view key) const {
    const std::size_t at = place_of(which, key);
    return should_be_.sums[at] != is_.sums[at];
  }

  void look_for(family which, std::string_view key, std::string_view row) {
    const bool index =
        which == family::due || (which == family::directory &&
                                 role_of(static_cast<directory_kind>(key[0])) == row_role::index);
    if (!index || !differs(which, key)) {
      return;
    }
    found_.insert(std::hash<std::string_view>()(key));
    rocksdb::PinnableSlice bytes;
    const auto there = rows_.get(which, key, bytes);
    if (!there) {
      problem_(there.error().message);
    } else if (!*there) {
      problem_("the index lacks " + key_text(which, key));
    } else if (bytes.ToStringView() != row) {
      problem_("the index is wrong at " + key_text(which, key));
    }
  }

  result<void> find_superfluous() {
    const auto look = [this](family which, std::string_view key) {
      if (differs(which, key) && !found_.contains(std::hash<std::string_view>()(key))) {
        problem_("the index has " + key_text(which, key) + ", which follows from nothing");
      }
    };
    auto done =
        walk_range(rows_, std::string(1, '\0'), {}, false,
                   [&](std::string_view key, std::string_view row) -> result<bool> {
                     const auto kind = static_cast<directory_kind>(key[0]);
                     if (role_of(kind) == row_role::index && !is_left_out(key, row, rpcs_since_)) {
                       look(family::directory, key);
                     }
                     return true;
                   });
    return done.and_then([&] {
      return walk_due(rows_,
                      [&](std::string_view key, std::string_view) { look(family::due, key); });
    });
  }

  const database& rows_;
  const timestamp rpcs_since_;
  const index_tally& should_be_;
  const index_tally& is_;
  const std::function<void(std::string)>& problem_;
  /// Keys of the entries that should be there, hashed.
  std::unordered_set<std::size_t> found_;
};

} // namespace

result<void> tell_differences(const database& rows, timestamp rpcs_since,
                              const index_tally& expected, const index_tally& stored,
                              const std::function<void(std::string)>& problem) {
  return index_difference(rows, rpcs_since, expected, stored, problem).explain();
}

} // namespace muster::persistence::rocks
