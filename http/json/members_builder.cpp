#include "http/json/members_builder.hpp"

#include <unordered_map>

namespace muster::http::json {

/// After a scalar: on its own at the top it is no object; as a member it is whole.
bool members_builder::value(bool good) {
  if (!inside_) {
    return stop(error_code::malformed, "Expected an object at $");
  }
  if (depth_ == 0) {
    add();
  }
  return good;
}

void members_builder::add() {
  members_.emplace_back(std::move(name_), json_text{capture_.take()});
}

bool members_builder::begin_object() {
  if (!inside_) {
    inside_ = true;
    return true;
  }
  ++depth_;
  return capture_.begin_object();
}

bool members_builder::name(std::string_view text) {
  if (++names_ > most_names) {
    return stop(error_code::invalid, too_many_names());
  }
  if (depth_ > 0) {
    return capture_.name(text);
  }
  name_ = text;
  return true;
}

bool members_builder::end_object() {
  if (depth_ > 0) {
    capture_.end_object();
    if (--depth_ == 0) {
      add();
    }
    return true;
  }
  std::unordered_map<std::string_view, std::size_t> places;
  std::vector<member> kept;
  kept.reserve(members_.size());
  for (auto& each : members_) {
    if (const auto place = places.find(each.first); place != places.end()) {
      kept[place->second].second = std::move(each.second);
    } else {
      kept.push_back(std::move(each));
      places.emplace(kept.back().first, kept.size() - 1);
    }
  }
  members_ = std::move(kept);
  return true;
}

bool members_builder::begin_array() {
  if (!inside_) {
    return stop(error_code::malformed, "Expected an object at $");
  }
  ++depth_;
  return capture_.begin_array();
}

bool members_builder::end_array() {
  capture_.end_array();
  if (--depth_ == 0) {
    add();
  }
  return true;
}

} // namespace muster::http::json
