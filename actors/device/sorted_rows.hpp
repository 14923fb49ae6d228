#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string_view>
#include <vector>

namespace muster {

// A device's values lie in vectors sorted by `key`: they are few, and a map would cost more memory
// than the values. A body of 50 MiB may still bring a million new keys at once, so new rows are
// appended and merged once per message.

/// The row of `key` among the first `sorted` rows, else null.
template <class Row>
Row* find_row(std::vector<Row>& rows, std::size_t sorted, std::string_view key) noexcept {
  const auto last = rows.begin() + static_cast<std::ptrdiff_t>(sorted);
  const auto row = std::lower_bound(rows.begin(), last, key,
                                    [](const Row& r, std::string_view k) { return r.key < k; });
  return row != last && row->key == key ? &*row : nullptr;
}

template <class Row>
const Row* find_row(const std::vector<Row>& rows, std::string_view key) noexcept {
  return find_row(const_cast<std::vector<Row>&>(rows), rows.size(), key);
}

/// Merges the rows behind the first `sorted` ones in; of equal new keys the last one stays.
template <class Row>
void merge_rows(std::vector<Row>& rows, std::size_t sorted) {
  if (sorted == rows.size()) {
    return;
  }
  const auto less = [](const Row& a, const Row& b) { return a.key < b.key; };
  const auto middle = rows.begin() + static_cast<std::ptrdiff_t>(sorted);
  std::stable_sort(middle, rows.end(), less);
  const auto same = [](const Row& a, const Row& b) { return a.key == b.key; };
  // Backwards, so that of equal keys the last one is the first met.
  const auto kept = std::unique(rows.rbegin(), std::make_reverse_iterator(middle), same);
  const auto first_kept = kept.base();
  rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(sorted), first_kept);
  std::inplace_merge(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(sorted), rows.end(),
                     less);
  if (rows.size() <= 8) {
    rows.shrink_to_fit();
  }
}

} // namespace muster
