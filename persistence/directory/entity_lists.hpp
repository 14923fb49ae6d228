#pragma once

#include "actors/model/page.hpp"
#include "actors/model/rule_chain.hpp"
#include "persistence/directory/order.hpp"
#include "persistence/store/lists.hpp"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace muster::persistence {

// How lists of the directory's entities are filtered and ordered, by every store alike.

/// By the property of lists.hpp (empty: createdTime), texts in lower case and of those the first
/// 256 bytes; else error invalid.
result<sort_key> key_of(const device_profile& row, std::string_view property);
result<sort_key> key_of(const tenant& row, std::string_view property);
result<sort_key> key_of(const customer& row, std::string_view property);
result<sort_key> key_of(const user& row, std::string_view property);
result<sort_key> key_of(const package_info& row, std::string_view property);
result<sort_key> key_of(const audit_entry& row, std::string_view property);
result<sort_key> key_of(const rule_chain& row, std::string_view property);
result<sort_key> key_of(const rule_event& row, std::string_view property);
result<sort_key> key_of(const alarm& row, std::string_view property);
result<sort_key> key_of(const alarm_comment& row, std::string_view property);

/// The rows of `all` that the page asks for, in the order of their keys.
template <class Row>
result<page<Row>> page_of(std::vector<Row> all, const page_link& link) {
  std::vector<std::pair<sort_key, std::size_t>> order;
  order.reserve(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto key = key_of(all[i], link.sort_property);
    if (!key) {
      return tl::unexpected(key.error());
    }
    order.emplace_back(std::move(*key), i);
  }
  std::ranges::sort(order);
  if (link.descending) {
    std::ranges::reverse(order);
  }
  page<Row> rows;
  rows.total = all.size();
  const std::uint64_t first = std::uint64_t{link.page} * link.size;
  for (std::uint64_t i = first; i < order.size() && i < first + link.size; ++i) {
    rows.data.push_back(std::move(all[order[i].second]));
  }
  rows.has_next = first + link.size < order.size();
  return rows;
}

/// Whether the list holds the row; `search` is in lower case.
bool matches(const device_profile& row, const profile_list& which, const std::string& search);
bool matches(const tenant& row, const std::string& search);
bool matches(const customer& row, const tenant_id& of, const std::string& search);
bool matches(const user& row, const user_list& which, const std::string& search);
bool matches(const package_info& row, const package_list& which, const std::string& search);
bool matches(const audit_entry& row, const audit_list& which, const std::string& search);
bool matches(const rule_event& row, const rule_event_list& which);
bool matches(const rule_chain& row, const tenant_id& of, const std::string& search);
bool matches(const alarm& row, const alarm_list& which, const std::string& search);

/// The types that the page asks for of all that there are; `search` as above.
page<std::string> page_of_types(const std::set<std::string>& all, const std::string& search,
                                const page_link& link);

} // namespace muster::persistence
