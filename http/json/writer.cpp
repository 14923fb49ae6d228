#include "http/json/writer.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

namespace muster::http::json {

namespace {

constexpr double least_plain = 1e-3;
/// From here on every double is whole, and its plain digits are more than are needed to read it
/// back.
constexpr double all_whole = 9007199254740992.0;
constexpr double first_exponent = 1e21;

/// What `append_string` must look at: quotes, backslashes, controls and the lead byte of U+2028.
constexpr bool is_special(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\' || c == '\xE2';
}

/// Writes one special character; returns how many bytes of `rest` it stands for.
std::size_t append_escaped(std::string& out, std::string_view rest) {
  static constexpr std::string_view letters = "btnfr";
  static constexpr std::string_view controls = "\b\t\n\f\r";
  static constexpr std::string_view hex = "0123456789abcdef";
  const char c = rest[0];
  if (c == '\xE2') {
    const bool separator =
        rest.size() > 2 && rest[1] == '\x80' && (rest[2] == '\xA8' || rest[2] == '\xA9');
    if (!separator) {
      out.push_back(c);
      return 1;
    }
    out.append(rest[2] == '\xA8' ? "\\u2028" : "\\u2029");
    return 3;
  }
  out.push_back('\\');
  if (c == '"' || c == '\\') {
    out.push_back(c);
  } else if (const auto index = controls.find(c); index != std::string_view::npos) {
    out.push_back(letters[index]);
  } else {
    out.append("u00");
    out.push_back(hex[static_cast<unsigned char>(c) >> 4]);
    out.push_back(hex[static_cast<unsigned char>(c) & 15]);
  }
  return 1;
}

/// Writes what `to_chars` gives as `-d.ddde+dd`: plainly with zeros, or in Java's form.
void append_from_scientific(std::string& out, std::string_view text, bool plainly) {
  const auto exponent_at = text.find('e');
  const auto mantissa = text.substr(0, exponent_at);
  const auto exponent_text = text.substr(exponent_at + 2);
  const bool small = text[exponent_at + 1] == '-';
  std::size_t exponent = 0;
  std::from_chars(exponent_text.data(), exponent_text.data() + exponent_text.size(), exponent);
  const auto point = mantissa.find('.');
  if (plainly && !small) {
    const auto decimals =
        point == std::string_view::npos ? std::string_view{} : mantissa.substr(point + 1);
    out.append(mantissa.substr(0, point)).append(decimals);
    out.append(exponent - decimals.size(), '0').append(".0");
    return;
  }
  out.append(mantissa).append(point == std::string_view::npos ? ".0E" : "E");
  out.append(small ? "-" : "").append(std::to_string(exponent));
}

template <class Items, class Append>
void append_list(std::string& out, char open, char close, const Items& items, Append append_item) {
  out.push_back(open);
  bool first = true;
  for (const auto& each : items) {
    if (!first) {
      out.push_back(',');
    }
    first = false;
    append_item(each);
  }
  out.push_back(close);
}

void append_member(std::string& out, const key_value& each) {
  append_name(out, each.key);
  append_value(out, each.val);
}

} // namespace

void append_integer(std::string& out, std::int64_t number) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

void append_double(std::string& out, double number) {
  if (!std::isfinite(number)) {
    out.append("null");
    return;
  }
  std::array<char, 32> text;
  const auto write = [&](std::chars_format format) {
    const auto end = std::to_chars(text.data(), text.data() + text.size(), number, format).ptr;
    return std::string_view{text.data(), end};
  };
  const double size = std::fabs(number);
  if (size == 0 || (size >= least_plain && size < all_whole)) {
    const auto digits = write(std::chars_format::fixed);
    out.append(digits);
    if (digits.find('.') == std::string_view::npos) {
      out.append(".0");
    }
  } else {
    append_from_scientific(out, write(std::chars_format::scientific), size < first_exponent);
  }
}

void append_string(std::string& out, std::string_view text) {
  out.push_back('"');
  std::size_t from = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (!is_special(text[at])) {
      ++at;
      continue;
    }
    out.append(text, from, at - from);
    at += append_escaped(out, text.substr(at));
    from = at;
  }
  out.append(text, from);
  out.push_back('"');
}

void append_name(std::string& out, std::string_view name) {
  append_string(out, name);
  out.push_back(':');
}

void append_value(std::string& out, const value& what) {
  switch (what.index()) {
  case 0:
    out.append(std::get<0>(what) ? "true" : "false");
    break;
  case 1:
    append_integer(out, std::get<1>(what));
    break;
  case 2:
    append_double(out, std::get<2>(what));
    break;
  case 3:
    append_string(out, std::get<3>(what));
    break;
  default:
    out.append(std::get<4>(what).text);
  }
}

void append_value(std::string& out, const value& what, value_form form) {
  if (form == value_form::strict) {
    append_value(out, what);
    return;
  }
  if (const auto* text = std::get_if<std::string>(&what)) {
    append_string(out, *text);
  } else if (const auto* json = std::get_if<json_text>(&what)) {
    append_string(out, json->text);
  } else {
    out.push_back('"');
    append_value(out, what);
    out.push_back('"');
  }
}

std::string text_of(const value& what) {
  if (const auto* text = std::get_if<std::string>(&what)) {
    return *text;
  }
  std::string text;
  append_value(text, what);
  return text;
}

void append_object(std::string& out, const std::vector<key_value>& members) {
  append_list(out, '{', '}', members, [&](const key_value& each) { append_member(out, each); });
}

void append(std::string& out, const device_attributes& what) {
  out.push_back('{');
  if (!what.client.empty()) {
    out.append(R"("client":)");
    append_object(out, what.client);
  }
  if (!what.shared.empty()) {
    out.append(what.client.empty() ? R"("shared":)" : R"(,"shared":)");
    append_object(out, what.shared);
  }
  out.push_back('}');
}

void append(std::string& out, const attribute_changes& what) {
  if (what.deleted.empty()) {
    append_object(out, what.set);
    return;
  }
  out.push_back('{');
  for (const auto& each : what.set) {
    // Clients read the list by this name, so an attribute that has it gives way.
    if (each.key != "deleted") {
      append_member(out, each);
      out.push_back(',');
    }
  }
  out.append(R"("deleted":)");
  append_list(out, '[', ']', what.deleted,
              [&](const std::string& key) { append_string(out, key); });
  out.push_back('}');
}

void append(std::string& out, const rpc_delivery& what) {
  out.append(R"({"id":)");
  append_integer(out, what.number);
  out.append(R"(,"method":)");
  append_string(out, what.method);
  out.append(R"(,"params":)");
  out.append(what.params.text);
  out.push_back('}');
}

void append(std::string& out, const std::vector<attribute>& what) {
  append_list(out, '[', ']', what, [&](const attribute& each) {
    out.append(R"({"lastUpdateTs":)");
    append_integer(out, each.last_update);
    out.append(R"(,"key":)");
    append_string(out, each.key);
    out.append(R"(,"value":)");
    append_value(out, each.val);
    out.push_back('}');
  });
}

void append_point(std::string& out, timestamp ts, const value& what, value_form form) {
  out.append(R"({"ts":)");
  append_integer(out, ts);
  out.append(R"(,"value":)");
  append_value(out, what, form);
  out.push_back('}');
}

} // namespace muster::http::json
