#pragma once

#include "persistence/directory/order.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace muster::persistence::rocks {

/// Keeps the first `limit` keys of an order without holding all that were seen.
template <class Key = sort_key>
class first_keys {
public:
  first_keys(std::uint64_t limit, bool descending) : limit_(limit), order_{descending} {}

  void add(Key key) {
    if (kept_.size() < limit_) {
      kept_.push_back(std::move(key));
      std::ranges::push_heap(kept_, order_);
    } else if (!kept_.empty() && order_(key, kept_.front())) {
      std::ranges::pop_heap(kept_, order_);
      kept_.back() = std::move(key);
      std::ranges::push_heap(kept_, order_);
    }
  }

  std::vector<Key> take() {
    std::ranges::sort_heap(kept_, order_);
    return std::move(kept_);
  }

private:
  struct order {
    bool descending;
    bool operator()(const Key& a, const Key& b) const { return descending ? b < a : a < b; }
  };

  std::uint64_t limit_;
  order order_;
  std::vector<Key> kept_;
};

} // namespace muster::persistence::rocks
