#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace muster {

/// One page of a list as applications ask for it (reference REST, 1.2).
struct page_link {
  /// At least 1; http/ has checked it.
  std::uint32_t size = 10;
  std::uint32_t page = 0;
  /// Part of a name in any case; empty: all.
  std::string text_search;
  /// A property the list knows; empty: by creation time.
  std::string sort_property;
  bool descending = false;
};

template <class T>
struct page {
  std::vector<T> data;
  std::uint64_t total = 0;
  bool has_next = false;

  friend bool operator==(const page&, const page&) = default;
};

} // namespace muster
