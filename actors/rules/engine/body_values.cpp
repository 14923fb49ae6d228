#include "actors/rules/engine/body_values.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace muster {

namespace {

constexpr std::size_t most_characters = 255;

/// As where devices' keys enter.
bool may_be_key(const std::string& name) {
  const auto characters = std::count_if(name.begin(), name.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  });
  return static_cast<std::size_t>(characters) <= most_characters &&
         name.find_first_not_of(" \t\r\n") != std::string::npos;
}

template <class Scalar>
std::string compact(const Scalar& one) {
  return nlohmann::json(one).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// Reads what is directly in an object or a list; what is deeper is written down again as it comes.
class top_level_reader final : public nlohmann::json::json_sax_t {
public:
  explicit top_level_reader(body_reading how) : how_(how) {}

  bool list = false;
  /// Of a list: without keys.
  std::vector<key_value> members;

  bool null() override {
    if (depth_ > 1) {
      write("null");
    } else if (depth_ == 1 && how_ == body_reading::whole) {
      add(json_text{"null"});
    }
    return depth_ > 0;
  }
  bool boolean(bool one) override { return scalar(one, one ? "true" : "false"); }
  bool number_integer(std::int64_t one) override { return scalar(one, std::to_string(one)); }
  bool number_unsigned(std::uint64_t one) override {
    if (one > INT64_MAX) {
      return scalar(static_cast<double>(one), std::to_string(one));
    }
    return scalar(static_cast<std::int64_t>(one), std::to_string(one));
  }
  bool number_float(double one, const std::string& text) override { return scalar(one, text); }
  bool string(std::string& one) override {
    return depth_ > 1 ? scalar({}, compact(one)) : scalar(std::move(one), {});
  }
  bool binary(nlohmann::json::binary_t&) override { return false; }
  bool start_object(std::size_t) override { return start('{'); }
  bool start_array(std::size_t) override { return start('['); }
  bool end_object() override { return end('}'); }
  bool end_array() override { return end(']'); }
  bool key(std::string& name) override {
    if (depth_ == 1) {
      name_ = std::move(name);
    } else {
      separate();
      nested_ += compact(name) + ':';
      fresh_ = true;
    }
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) override {
    return false;
  }

private:
  bool scalar(value one, std::string_view text) {
    if (depth_ == 1) {
      add(std::move(one));
    } else if (depth_ > 1) {
      write(text);
    }
    return depth_ > 0;
  }

  void add(value one) {
    if (!list) {
      if (how_ == body_reading::values && !may_be_key(name_)) {
        return;
      }
      const auto [place, made] = places_.try_emplace(name_, members.size());
      if (!made) {
        members[place->second].val = std::move(one);
        return;
      }
    }
    members.push_back({std::move(name_), std::move(one)});
    name_.clear();
  }

  void separate() {
    if (!fresh_) {
      nested_ += ',';
    }
    fresh_ = false;
  }

  void write(std::string_view text) {
    separate();
    nested_ += text;
  }

  bool start(char bracket) {
    if (++depth_ == 1) {
      list = bracket == '[';
      return true;
    }
    if (depth_ == 2) {
      nested_.clear();
      fresh_ = true;
    }
    separate();
    nested_ += bracket;
    fresh_ = true;
    return true;
  }

  bool end(char bracket) {
    if (--depth_ > 0) {
      nested_ += bracket;
      fresh_ = false;
      if (depth_ == 1) {
        add(json_text{std::move(nested_)});
        nested_.clear();
      }
    }
    return true;
  }

  const body_reading how_;
  int depth_ = 0;
  std::string name_;
  /// What follows begins a bracket's content, or is a member's value: no comma before it.
  bool fresh_ = true;
  std::string nested_;
  std::unordered_map<std::string, std::size_t> places_;
};

} // namespace

std::optional<std::vector<key_value>> body_values(std::string_view text, body_reading how) {
  top_level_reader reader(how);
  if (!nlohmann::json::sax_parse(text, &reader) || reader.list) {
    return std::nullopt;
  }
  return std::move(reader.members);
}

std::optional<std::vector<value>> body_elements(std::string_view text, body_reading how) {
  top_level_reader reader(how);
  if (!nlohmann::json::sax_parse(text, &reader) || !reader.list) {
    return std::nullopt;
  }
  std::vector<value> elements;
  elements.reserve(reader.members.size());
  for (auto& one : reader.members) {
    elements.push_back(std::move(one.val));
  }
  return elements;
}

std::string body_text(const std::vector<key_value>& values) {
  std::string text = "{";
  for (const auto& one : values) {
    if (text.size() > 1) {
      text += ',';
    }
    text += compact(one.key) + ':';
    text += json_of(one.val);
  }
  return text + '}';
}

std::string json_of(const value& what) {
  return std::visit(
      [](const auto& of) {
        if constexpr (std::is_same_v<std::decay_t<decltype(of)>, json_text>) {
          return of.text;
        } else {
          return compact(of);
        }
      },
      what);
}

} // namespace muster
