#include "actors/rules/nodes/object_body.hpp"

#include "actors/rules/engine/body_values.hpp"

#include <utility>

namespace muster {

std::optional<object_body> object_body::read(const rule_message& message) {
  auto members = body_values(message.data.text(), body_reading::whole);
  if (!members) {
    return std::nullopt;
  }
  object_body made;
  made.members_ = std::move(*members);
  for (std::size_t i = 0; i < made.members_.size(); ++i) {
    made.places_.emplace(made.members_[i].key, i);
  }
  return made;
}

const value* object_body::find(const std::string& key) const {
  const auto found = places_.find(key);
  return found == places_.end() ? nullptr : &members_[found->second].val;
}

void object_body::set(const std::string& key, value what) {
  const auto [found, made] = places_.try_emplace(key, members_.size());
  if (made) {
    members_.push_back({key, std::move(what)});
  } else {
    members_[found->second].val = std::move(what);
  }
}

void object_body::erase(const std::string& key) {
  const auto found = places_.find(key);
  if (found == places_.end()) {
    return;
  }
  const std::size_t place = found->second;
  places_.erase(found);
  members_.erase(members_.begin() + static_cast<std::ptrdiff_t>(place));
  for (auto& [name, at] : places_) {
    at -= at > place ? 1 : 0;
  }
}

void object_body::write_to(rule_message& message) const {
  message.data = message_data::of_text(body_text(members_));
}

std::string metadata_text(const value& what) {
  const auto* text = std::get_if<std::string>(&what);
  return text != nullptr ? *text : json_of(what);
}

} // namespace muster
