#pragma once

#include "persistence/encoding/keys.hpp"
#include "persistence/rocksdb/database.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace muster::persistence::rocks {

/// Visits the directory's rows with begin <= key < end (empty: to the last one), forwards or
/// backwards, until `visit` returns false.
template <class Visit>
result<void> walk_range(const database& from, const std::string& begin, const std::string& end,
                        bool descending, Visit visit) {
  const rocksdb::Slice lower = slice(begin);
  const rocksdb::Slice upper = slice(end);
  rocksdb::ReadOptions options;
  options.iterate_lower_bound = &lower;
  options.iterate_upper_bound = end.empty() ? nullptr : &upper;
  const std::unique_ptr<rocksdb::Iterator> rows(
      from.db().NewIterator(options, from.of(family::directory)));
  descending ? rows->SeekToLast() : rows->SeekToFirst();
  for (; rows->Valid(); descending ? rows->Prev() : rows->Next()) {
    const result<bool> more = visit(rows->key().ToStringView(), rows->value().ToStringView());
    if (!more) {
      return tl::unexpected(more.error());
    }
    if (!*more) {
      break;
    }
  }
  return rows->status().ok() ? result<void>() : tl::unexpected(error_of(rows->status()));
}

/// All rows of one index.
template <class Visit>
result<void> walk(const database& from, const std::string& prefix, bool descending, Visit visit) {
  return walk_range(from, prefix, keys::after(prefix), descending, visit);
}

} // namespace muster::persistence::rocks
