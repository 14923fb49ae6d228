#pragma once

#include "actors/model/page.hpp"
#include "http/api/query.hpp"

#include <span>
#include <string_view>
#include <utility>

namespace muster::http::rest {

/// The largest page: longer lists are read page by page, so that one request cannot take all of the
/// memory.
inline constexpr std::uint32_t largest_page = 10'000;

/// A property that a list can be sorted by: as the wire names it and as the list does.
using sort_name = std::pair<std::string_view, std::string_view>;

/// `pageSize`, `page`, `textSearch`, `sortProperty`, `sortOrder` (reference REST, 1.2).
[[nodiscard]] result<page_link> read_page(const query_parameters& query,
                                          std::span<const sort_name> sortable);

} // namespace muster::http::rest
