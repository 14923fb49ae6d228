#include "persistence/rocksdb/inspection/index_rows.hpp"

#include "persistence/encoding/keys.hpp"
#include "persistence/encoding/rows.hpp"
#include "persistence/rocksdb/inspection/index_tally.hpp"

#include <memory>

namespace muster::persistence::rocks {

using keys::directory_kind;

std::size_t place_of(family which, std::string_view key) noexcept {
  return which == family::due ? index_tally::due : static_cast<std::uint8_t>(key[0]);
}

bool is_left_out(std::string_view key, std::string_view row, timestamp rpcs_since) {
  rpc_place place;
  return key[0] == static_cast<char>(directory_kind::rpc) && decode(row, place) &&
         place.ended != 0 && place.ended < rpcs_since;
}

result<void>
walk_due(const database& rows,
         const std::function<void(std::string_view key, std::string_view row)>& visit) {
  rocksdb::ReadOptions options;
  options.total_order_seek = true;
  options.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> at(rows.db().NewIterator(options, rows.of(family::due)));
  for (at->SeekToFirst(); at->Valid(); at->Next()) {
    visit(at->key().ToStringView(), at->value().ToStringView());
  }
  return at->status().ok() ? result<void>() : tl::unexpected(error_of(at->status()));
}

} // namespace muster::persistence::rocks
