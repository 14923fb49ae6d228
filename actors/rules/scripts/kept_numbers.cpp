#include "actors/rules/scripts/kept_numbers.hpp"

#include "actors/rules/scripts/json_reader.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>

namespace muster {

namespace {

constexpr int max_depth = 64;

bool is_number(char kind) {
  return kind == '-' || (kind >= '0' && kind <= '9');
}

/// Whether JavaScript certainly writes the number as it was. It need not be recognised always.
bool is_plain_number(std::string_view text) {
  if (text.size() > 15 || text == "-0") {
    return false;
  }
  const auto point = text.find('.');
  if (text.find_first_of("eE") != std::string_view::npos) {
    return false;
  }
  return point == std::string_view::npos ||
         (text.back() != '0' && text.substr(0, 5) != "0.000" && text.substr(0, 6) != "-0.000");
}

bool has_only_plain_numbers(std::string_view json) {
  for (std::size_t at = 0; at < json.size(); ++at) {
    if (json[at] == '"') {
      for (++at; at < json.size() && json[at] != '"'; ++at) {
        at += json[at] == '\\' ? 1 : 0;
      }
    } else if (is_number(json[at])) {
      const auto end = std::min(json.find_first_not_of("+-.0123456789eE", at), json.size());
      if (!is_plain_number(json.substr(at, end - at))) {
        return false;
      }
      at = end - 1;
    }
  }
  return true;
}

double double_of(std::string_view number) {
  return std::strtod(std::string(number).c_str(), nullptr);
}

/// Appends to `to` the returned text, passing what it has read.
class number_keeper {
public:
  explicit number_keeper(std::string_view returned) : returned_(returned), reader_(returned) {}

  /// The value that comes is compared with the original, down to the depth that a message may have.
  void value(std::string_view original, int depth = 0) {
    const json_reader from(original);
    const bool comparable = depth <= max_depth;
    if (comparable && is_number(reader_.kind()) && is_number(from.kind())) {
      number(json_reader(original).skip_value());
    } else if (comparable && reader_.kind() == '{' && from.kind() == '{') {
      object(original, depth + 1);
    } else if (comparable && reader_.kind() == '[' && from.kind() == '[') {
      array(original, depth + 1);
    } else {
      reader_.skip_value();
    }
  }

  /// The value that comes is a message, `{msg, ...}`, or an array of such.
  void messages(std::string_view original) {
    if (reader_.kind() == '[') {
      for (bool first = true; reader_.next_item(first);) {
        message(original);
      }
    } else {
      message(original);
    }
  }

  std::string take() && { return std::move(kept_) + std::string(returned_.substr(copied_)); }

private:
  void message(std::string_view original) {
    if (reader_.kind() != '{') {
      reader_.skip_value();
      return;
    }
    for (bool first = true; reader_.next_item(first);) {
      if (reader_.read_name() == "msg") {
        value(original);
      } else {
        reader_.skip_value();
      }
    }
  }

  void number(std::string_view original) {
    const auto place = reader_.place();
    const auto now = reader_.skip_value();
    if (now != original && double_of(now) == double_of(original)) {
      kept_ += returned_.substr(copied_, place - copied_);
      kept_ += original;
      copied_ = place + now.size();
    }
  }

  void object(std::string_view original, int depth) {
    // Of a name that comes twice, JavaScript keeps the last value.
    std::map<std::string, std::string_view, std::less<>> members;
    json_reader from(original);
    for (bool first = true; from.next_item(first);) {
      auto name = from.read_name();
      members.insert_or_assign(std::move(name), from.skip_value());
    }
    for (bool first = true; reader_.next_item(first);) {
      const auto known = members.find(reader_.read_name());
      if (known == members.end()) {
        reader_.skip_value();
      } else {
        value(known->second, depth);
      }
    }
  }

  void array(std::string_view original, int depth) {
    json_reader from(original);
    bool first_from = true;
    bool more = true;
    for (bool first = true; reader_.next_item(first);) {
      more = more && from.next_item(first_from);
      if (more) {
        value(from.skip_value(), depth);
      } else {
        reader_.skip_value();
      }
    }
  }

  const std::string_view returned_;
  json_reader reader_;
  std::size_t copied_ = 0;
  std::string kept_;
};

} // namespace

std::string with_kept_numbers(script_kind kind, std::string returned, std::string_view msg) {
  const bool messages = kind == script_kind::transform || kind == script_kind::generate;
  if ((!messages && kind != script_kind::json) || has_only_plain_numbers(msg)) {
    return returned;
  }
  number_keeper keeper(returned);
  if (messages) {
    keeper.messages(msg);
  } else {
    keeper.value(msg);
  }
  return std::move(keeper).take();
}

} // namespace muster
