#include "http/json/values_builder.hpp"

#include "http/json/number.hpp"
#include "http/json/writer.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>

namespace muster::http::json {

namespace {

/// Up to here names are compared pair by pair, which is faster than sorting.
constexpr std::size_t few_values = 16;

/// One large object must not make each small one after it as large.
constexpr std::size_t most_reserved = 64;

/// No row lies at the last time there is: ranges of time end before theirs.
constexpr timestamp end_of_time = INT64_MAX;

/// What stands for a null until the object is whole: text that no value of JSON type has.
const value null_value{json_text{"null"}};

bool repeated_among_few(const std::vector<key_value>& values) {
  for (std::size_t i = 1; i < values.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (values[i].key == values[j].key) {
        return true;
      }
    }
  }
  return false;
}

/// Of equal keys the last value stays, at the place of the first.
void keep_last(std::vector<key_value>& values) {
  if (values.size() <= few_values && !repeated_among_few(values)) {
    return;
  }
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {},
                           [&](std::size_t i) -> const std::string& { return values[i].key; });
  std::vector<bool> dropped(values.size());
  for (std::size_t i = 0, first = 0; i < order.size(); ++i) {
    if (values[order[i]].key != values[order[first]].key) {
      first = i;
    } else if (i != first) {
      values[order[first]].val = std::move(values[order[i]].val);
      dropped[order[i]] = true;
    }
  }
  std::size_t index = 0;
  std::erase_if(values, [&](const key_value&) { return dropped[index++]; });
}

/// A whole number as Java's Long.parseLong takes it, in ASCII.
std::optional<timestamp> read_digits(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) {
      return std::nullopt;
    }
  }
  timestamp number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = read.ec == std::errc{} && read.ptr == text.data() + text.size();
  return whole ? std::optional{number} : std::nullopt;
}

/// The only element of arrays of one, inside one another: what Gson takes for a number, too.
std::optional<timestamp> read_single_element(std::string_view text) {
  while (text.starts_with('[')) {
    text = text.substr(1, text.size() - 2);
  }
  if (is_json_number(text)) {
    return truncated(text);
  }
  const bool quoted = text.size() > 2 && text.front() == '"' && text.back() == '"';
  return quoted ? read_digits(text.substr(1, text.size() - 2)) : std::nullopt;
}

} // namespace

std::vector<key_value>& values_builder::current() {
  return place_ == place::values ? timed_ : members_;
}

/// Where the present object stands.
std::string values_builder::here() const {
  std::string path = root_;
  if (in_list_) {
    path += "[" + std::to_string(index_) + "]";
  }
  if (place_ == place::values) {
    path += ".values";
  }
  return path;
}

bool values_builder::wrong(error_code code, std::string_view what, std::string_view key) {
  std::string path = here();
  if (!key.empty()) {
    path.append(".").append(key);
  }
  return stop(code, std::string{what} + " at " + path);
}

bool values_builder::wrong_shape(std::string_view what) {
  if (in_list_) {
    return wrong(error_code::malformed, "Expected an object, found " + std::string{what});
  }
  const std::string_view expected = shape_ == shape::telemetry
                                        ? "Expected an object or an array, found "
                                        : "Expected an object, found ";
  return wrong(error_code::malformed, std::string{expected} + std::string{what});
}

bool values_builder::put(value&& what) {
  current().back().val = std::move(what);
  return true;
}

/// After each event inside a value of JSON type.
bool values_builder::captured() {
  if (!capture_.complete()) {
    return true;
  }
  place_ = outer_;
  return put(value{json_text{capture_.take()}});
}

bool values_builder::null() {
  if (place_ == place::capture) {
    return capture_.null() && captured();
  }
  if (place_ == place::top || place_ == place::list) {
    return wrong_shape("null");
  }
  return put(value{null_value});
}

bool values_builder::boolean(bool what) {
  if (place_ == place::capture) {
    return capture_.boolean(what) && captured();
  }
  if (place_ == place::top || place_ == place::list) {
    return wrong_shape("a boolean");
  }
  return put(value{what});
}

bool values_builder::integer(std::int64_t what) {
  if (place_ == place::capture) {
    return capture_.integer(what) && captured();
  }
  if (place_ == place::top || place_ == place::list) {
    return wrong_shape("a number");
  }
  return put(value{what});
}

bool values_builder::number(std::string_view text) {
  if (place_ == place::capture) {
    return capture_.number(text) && captured();
  }
  if (place_ == place::top || place_ == place::list) {
    return wrong_shape("a number");
  }
  if (place_ == place::message && ts_at_ == members_.size() - 1) {
    ts_text_ = text;
  }
  auto what = number_value(text, rules_.type_cast);
  if (!what && place_ == place::message && shape_ == shape::telemetry) {
    // Beside `ts` and `values` nothing is judged, and whether both are there is not known yet.
    if (!wrong_member_) {
      wrong_member_ = wrong_member{std::move(what.error()), current().back().key};
    }
    return put(value{null_value});
  }
  if (!what) {
    return wrong(what.error().code, what.error().message, current().back().key);
  }
  return put(*std::move(what));
}

bool values_builder::real(double what) {
  if (place_ == place::capture) {
    return capture_.real(what) && captured();
  }
  if (place_ == place::top || place_ == place::list) {
    return wrong_shape("a number");
  }
  if (place_ == place::message && ts_at_ == members_.size() - 1) {
    ts_text_.emplace();
    append_double(*ts_text_, what);
  }
  return put(value{what});
}

bool values_builder::string(std::string_view text) {
  if (place_ == place::capture) {
    return capture_.string(text) && captured();
  }
  if (place_ == place::top || place_ == place::list) {
    return wrong_shape("a string");
  }
  if (place_ == place::message && ts_at_ == members_.size() - 1) {
    // Quotes tell a string from a number: only whole ones are taken from strings.
    ts_text_ = '"' + std::string{text} + '"';
  }
  return put(rules_.type_cast ? cast_string(text) : value{std::string{text}});
}

bool values_builder::begin_capture(place from, bool object) {
  outer_ = from;
  place_ = place::capture;
  return object ? capture_.begin_object() : capture_.begin_array();
}

bool values_builder::begin_object() {
  switch (place_) {
  case place::top:
  case place::list:
    place_ = place::message;
    members_.clear();
    members_.reserve(std::min(usual_size_, most_reserved));
    ts_at_.reset();
    values_at_.reset();
    ts_text_.reset();
    values_read_ = false;
    wrong_member_.reset();
    return true;
  case place::message:
    // After a `ts` the values can be taken as such at once.
    if (ts_at_ && values_at_ == members_.size() - 1) {
      place_ = place::values;
      values_read_ = true;
      timed_.clear();
      timed_.reserve(std::min(usual_size_, most_reserved));
      return true;
    }
    return begin_capture(place_, true);
  case place::values:
    return begin_capture(place_, true);
  case place::capture:
    break;
  }
  return capture_.begin_object();
}

bool values_builder::name(std::string_view text) {
  if (++names_ > most_names) {
    return stop(error_code::invalid, too_many_names());
  }
  if (place_ == place::capture) {
    return capture_.name(text);
  }
  auto& values = current();
  values.push_back(key_value{std::string{text}, {}});
  if (place_ == place::message && shape_ == shape::telemetry) {
    if (text == "ts") {
      ts_at_ = members_.size() - 1;
      ts_text_.reset();
    } else if (text == "values") {
      values_at_ = members_.size() - 1;
      values_read_ = false;
    }
  }
  return true;
}

bool values_builder::end_object() {
  if (place_ == place::capture) {
    return capture_.end_object() && captured();
  }
  if (place_ == place::values) {
    place_ = place::message;
    return true;
  }
  if (!finish_message()) {
    return false;
  }
  place_ = in_list_ ? place::list : place::top;
  ++index_;
  return true;
}

bool values_builder::begin_array() {
  switch (place_) {
  case place::top:
    if (shape_ == shape::attributes) {
      return wrong_shape("an array");
    }
    in_list_ = true;
    place_ = place::list;
    return true;
  case place::list:
    return wrong_shape("an array");
  case place::message:
  case place::values:
    return begin_capture(place_, false);
  case place::capture:
    break;
  }
  return capture_.begin_array();
}

bool values_builder::end_array() {
  if (place_ == place::capture) {
    return capture_.end_array() && captured();
  }
  place_ = place::top;
  return true;
}

bool values_builder::finish_message() {
  if (ts_at_ && values_at_) {
    return finish_timed();
  }
  if (wrong_member_) {
    return wrong(wrong_member_->what.code, wrong_member_->what.message, wrong_member_->key);
  }
  if (!finish_values(members_)) {
    return false;
  }
  if (shape_ == shape::telemetry && !members_.empty()) {
    usual_size_ = members_.size();
    entries_.push_back(telemetry_entry{std::nullopt, std::move(members_)});
  }
  return true;
}

/// An object that has both `ts` and `values`.
bool values_builder::finish_timed() {
  const auto ts = read_time();
  if (!ts) {
    return wrong(error_code::malformed, "Expected a number of 64 bits", "ts");
  }
  if (*ts == end_of_time) {
    return wrong(error_code::malformed, "Expected a number below 9223372036854775807", "ts");
  }
  if (!values_read_) {
    const auto* text = std::get_if<json_text>(&members_[*values_at_].val);
    if (text == nullptr || !text->text.starts_with('{')) {
      return wrong(error_code::malformed, "Expected an object", "values");
    }
    // They came before their `ts`, so they were captured as a value.
    place_ = place::values;
    auto values = read_values(text->text, rules_, here());
    if (!values) {
      error = std::move(values.error());
      return false;
    }
    timed_ = *std::move(values);
  }
  place_ = place::values;
  if (!finish_values(timed_)) {
    return false;
  }
  if (!timed_.empty()) {
    usual_size_ = timed_.size();
    entries_.push_back(telemetry_entry{ts, std::move(timed_)});
  }
  return true;
}

std::optional<timestamp> values_builder::read_time() const {
  if (ts_text_) {
    const std::string_view text = *ts_text_;
    return text.starts_with('"') ? read_digits(text.substr(1, text.size() - 2)) : truncated(text);
  }
  const value& what = members_[*ts_at_].val;
  if (const auto* number = std::get_if<std::int64_t>(&what)) {
    return *number;
  }
  const auto* text = std::get_if<json_text>(&what);
  return text != nullptr && text->text.starts_with('[') ? read_single_element(text->text)
                                                        : std::nullopt;
}

/// Equal keys, nulls and the rules of keys, once all members are there.
bool values_builder::finish_values(std::vector<key_value>& values) {
  keep_last(values);
  for (const auto& each : values) {
    if (const auto good = check_key(each.key); !good) {
      return wrong(good.error().code, good.error().message);
    }
    if (rules_.nulls == null_rule::refuse && each.val == null_value) {
      return wrong(error_code::malformed, "Can't parse value: null", each.key);
    }
  }
  std::erase_if(values, [](const key_value& each) { return each.val == null_value; });
  return true;
}

} // namespace muster::http::json
