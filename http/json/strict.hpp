#pragma once

#include "http/json/events.hpp"

#include <nlohmann/json.hpp>

#include <cstring>
#include <string_view>

namespace muster::http::json {

/// Between nlohmann's parser and our events. `Events` is a final class, so that its members are
/// called directly.
template <class Events>
class strict_adapter {
public:
  using json = nlohmann::json;

  explicit strict_adapter(Events& to) : to_{to} {}

  bool null() { return to_.null(); }
  bool boolean(bool value) { return to_.boolean(value); }
  bool number_integer(json::number_integer_t value) { return to_.integer(value); }
  bool number_unsigned(json::number_unsigned_t value) {
    if (value <= static_cast<json::number_unsigned_t>(INT64_MAX)) {
      return to_.integer(static_cast<std::int64_t>(value));
    }
    return to_.number(std::to_string(value));
  }
  bool number_float(json::number_float_t, const std::string& text) { return to_.number(text); }
  bool string(std::string& text) { return to_.string(text); }
  bool binary(json::binary_t&) { return false; }
  bool start_object(std::size_t) { return ++depth_ <= deepest_nesting && to_.begin_object(); }
  bool key(std::string& text) { return to_.name(text); }
  bool end_object() {
    --depth_;
    return to_.end_object();
  }
  bool start_array(std::size_t) { return ++depth_ <= deepest_nesting && to_.begin_array(); }
  bool end_array() {
    --depth_;
    return to_.end_array();
  }
  bool parse_error(std::size_t, const std::string&, const json::exception&) { return false; }

private:
  Events& to_;
  std::size_t depth_ = 0;
};

/// Whether the text is strict JSON and `to` took all of it. What is refused for its syntax leaves
/// `to.error` unset.
template <class Events>
bool parse_strict(std::string_view text, Events& to) {
  // nlohmann takes a NUL for the end of the document.
  if (std::memchr(text.data(), '\0', text.size()) != nullptr) {
    return false;
  }
  strict_adapter<Events> adapter{to};
  return nlohmann::json::sax_parse(text.data(), text.data() + text.size(), &adapter);
}

} // namespace muster::http::json
