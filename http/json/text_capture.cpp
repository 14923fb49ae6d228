#include "http/json/text_capture.hpp"

#include "http/json/writer.hpp"

#include <algorithm>
#include <unordered_map>

namespace muster::http::json {

namespace {

/// Up to here names are compared pair by pair, which is faster than sorting them.
constexpr std::size_t few_members = 8;

} // namespace

/// Before a value or a name: the comma that an object or array needs there.
void text_capture::separate() {
  if (open_.empty() || text_.ends_with(':')) {
    return;
  }
  if (!std::exchange(open_.back().empty, false)) {
    text_.push_back(',');
  }
}

bool text_capture::scalar(std::string_view text) {
  separate();
  text_.append(text);
  return true;
}

bool text_capture::integer(std::int64_t value) {
  separate();
  append_integer(text_, value);
  return true;
}

bool text_capture::real(double value) {
  separate();
  append_double(text_, value);
  return true;
}

bool text_capture::string(std::string_view text) {
  separate();
  append_string(text_, text);
  return true;
}

bool text_capture::begin(char bracket) {
  separate();
  open_.push_back({members_.size(), text_.size(), true, bracket == '{'});
  text_.push_back(bracket);
  return true;
}

bool text_capture::end(char bracket) {
  text_.push_back(bracket);
  open_.pop_back();
  return true;
}

bool text_capture::name(std::string_view text) {
  separate();
  const auto start = text_.size();
  append_string(text_, text);
  members_.push_back({start, text_.size()});
  text_.push_back(':');
  return true;
}

bool text_capture::end_object() {
  const container object = open_.back();
  if (has_repeated(object.first_member)) {
    drop_repeated(object);
  }
  members_.resize(object.first_member);
  return end('}');
}

std::string_view text_capture::name_of(const member& which) const {
  return std::string_view{text_}.substr(which.start, which.name_end - which.start);
}

bool text_capture::has_repeated(std::size_t first_member) const {
  const auto count = members_.size() - first_member;
  if (count <= few_members) {
    for (auto i = first_member; i < members_.size(); ++i) {
      for (auto j = i + 1; j < members_.size(); ++j) {
        if (name_of(members_[i]) == name_of(members_[j])) {
          return true;
        }
      }
    }
    return false;
  }
  std::vector<std::string_view> names;
  names.reserve(count);
  for (auto i = first_member; i < members_.size(); ++i) {
    names.push_back(name_of(members_[i]));
  }
  std::ranges::sort(names);
  return std::ranges::adjacent_find(names) != names.end();
}

void text_capture::drop_repeated(const container& object) {
  const std::string_view text = text_;
  const auto end_of = [&](std::size_t index) {
    return index + 1 < members_.size() ? members_[index + 1].start - 1 : text.size();
  };
  std::vector<std::string_view> kept;
  std::unordered_map<std::string_view, std::size_t> places;
  for (auto i = object.first_member; i < members_.size(); ++i) {
    const auto whole = text.substr(members_[i].start, end_of(i) - members_[i].start);
    const auto [place, added] = places.try_emplace(name_of(members_[i]), kept.size());
    if (added) {
      kept.push_back(whole);
    } else {
      kept[place->second] = whole;
    }
  }
  std::string rebuilt = "{";
  for (std::string_view whole : kept) {
    rebuilt.append(rebuilt.size() > 1 ? "," : "").append(whole);
  }
  text_.replace(object.start, std::string::npos, rebuilt);
}

} // namespace muster::http::json
