#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace muster::persistence::rocks {

/// A multiset of rows, as a sum that does not depend on their order. Equal ones are equal for sure
/// enough: what differs is looked at row by row.
struct row_sum {
  std::uint64_t rows = 0;
  std::uint64_t sum = 0;

  void add(std::string_view key, std::string_view row) noexcept {
    const std::uint64_t a = std::hash<std::string_view>()(key);
    const std::uint64_t b = std::hash<std::string_view>()(row);
    std::uint64_t mixed = (a ^ (b * 0x9e3779b97f4a7c15)) * 0xff51afd7ed558ccd;
    mixed ^= mixed >> 33;
    sum += mixed * 0xc4ceb9fe1a85ec53;
    ++rows;
  }
  void add(const row_sum& other) noexcept {
    rows += other.rows;
    sum += other.sum;
  }

  friend bool operator==(const row_sum&, const row_sum&) = default;
};

/// What the indexes hold, or should: by directory_kind, the last place for the family `due`; and
/// the counts.
struct index_tally {
  static constexpr std::size_t due = 256;

  std::array<row_sum, 257> sums;
  std::map<std::string, std::uint64_t, std::less<>> counts;

  void add(const index_tally& other) {
    for (std::size_t at = 0; at < sums.size(); ++at) {
      sums[at].add(other.sums[at]);
    }
    for (const auto& [key, count] : other.counts) {
      counts[key] += count;
    }
  }
};

} // namespace muster::persistence::rocks
