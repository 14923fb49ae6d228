#include "actors/inspection/oldest_rows.hpp"

#include "actors/model/time.hpp"

#include <algorithm>
#include <utility>

namespace muster {

namespace {

bool is_older(const oldest_rows::json& a, const oldest_rows::json& b) {
  return a["age"].get<milliseconds>() > b["age"].get<milliseconds>();
}

} // namespace

void oldest_rows::add(json&& row) {
  ++total_;
  if (kept_.size() == most_) {
    if (most_ == 0 || !is_older(row, kept_.front())) {
      return;
    }
    std::pop_heap(kept_.begin(), kept_.end(), is_older);
    kept_.pop_back();
  }
  kept_.push_back(std::move(row));
  std::push_heap(kept_.begin(), kept_.end(), is_older);
}

std::vector<oldest_rows::json> oldest_rows::take() {
  std::sort_heap(kept_.begin(), kept_.end(), is_older);
  return std::move(kept_);
}

} // namespace muster
