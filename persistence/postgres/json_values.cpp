#include "persistence/postgres/json_values.hpp"

#include <array>
#include <charconv>
#include <cstdint>

namespace muster::persistence::postgres {

namespace {

constexpr std::string_view wrapper = "{\"$json\":";

/// Where the object or array at the start of `text` ends; npos: nowhere. Only brackets and quotes
/// are looked at: the texts were written by us.
std::size_t end_of_nested(std::string_view text) {
  std::size_t depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      i += c == '\\' ? 1 : 0;
      quoted = c != '"';
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      if (depth == 0 || --depth == 0) {
        return depth == 0 && i > 0 ? i + 1 : std::string_view::npos;
      }
    }
  }
  return std::string_view::npos;
}

class json_writer {
public:
  void raw(std::string_view text) { out_.append(text); }
  void raw(char c) { out_.push_back(c); }

  template <class Number>
  void number(Number n) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), n).ptr;
    out_.append(digits.data(), end);
  }

  void text(std::string_view t) {
    constexpr std::string_view digits = "0123456789abcdef";
    out_.push_back('"');
    for (const char c : t) {
      const auto byte = static_cast<std::uint8_t>(c);
      if (c == '"' || c == '\\') {
        out_.append({'\\', c});
      } else if (byte < 0x20) {
        out_.append("\\u00").append({digits[byte >> 4], digits[byte & 15]});
      } else {
        out_.push_back(c);
      }
    }
    out_.push_back('"');
  }

  void val(const value& v) { std::visit(*this, v); }

  void operator()(bool b) { raw(b ? "true" : "false"); }
  void operator()(std::int64_t n) { number(n); }
  void operator()(double d) {
    const std::size_t start = out_.size();
    number(d);
    if (out_.find_first_of(".en", start) == std::string::npos) {
      out_.append(".0");
    }
  }
  void operator()(const std::string& t) { text(t); }
  void operator()(const json_text& json) {
    const std::string_view t = json.text;
    const bool nested = t.starts_with('{') || t.starts_with('[');
    if (nested && end_of_nested(t) == t.size() && !t.starts_with(wrapper)) {
      raw(t);
    } else {
      raw(wrapper);
      text(t);
      raw('}');
    }
  }

  std::string take() { return std::move(out_); }

private:
  std::string out_;
};

/// Reads what json_writer wrote; the first thing that is not so fails all.
class json_reader {
public:
  explicit json_reader(std::string_view text) : rest_(text) {}

  bool failed() const noexcept { return failed_; }
  bool at_end() const noexcept { return rest_.empty(); }

  bool skip(char c) {
    if (!rest_.starts_with(c)) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }
  void need(char c) { failed_ = failed_ || !skip(c); }

  template <class Number>
  Number number() {
    Number n{};
    const auto [end, problem] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), n);
    failed_ = failed_ || problem != std::errc();
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return n;
  }

  std::string text() {
    std::string out;
    need('"');
    while (!failed_) {
      const std::size_t next = rest_.find_first_of("\"\\");
      if (next == std::string_view::npos) {
        failed_ = true;
        break;
      }
      out.append(rest_.substr(0, next));
      const bool ends = rest_[next] == '"';
      rest_.remove_prefix(next + 1);
      if (ends) {
        break;
      }
      out.push_back(escaped());
    }
    return out;
  }

  value val() {
    if (rest_.starts_with('"')) {
      return text();
    }
    if (rest_.starts_with("true")) {
      rest_.remove_prefix(4);
      return true;
    }
    if (rest_.starts_with("false")) {
      rest_.remove_prefix(5);
      return false;
    }
    if (rest_.starts_with('{') || rest_.starts_with('[')) {
      return json();
    }
    const auto token = rest_.substr(0, rest_.find_first_of(",]}"));
    if (token.find_first_of(".en") != std::string_view::npos) {
      return number<double>();
    }
    return number<std::int64_t>();
  }

private:
  char escaped() {
    if (rest_.starts_with("u00") && rest_.size() >= 5) {
      unsigned byte = 0;
      const auto read = std::from_chars(rest_.data() + 3, rest_.data() + 5, byte, 16);
      failed_ = failed_ || read.ec != std::errc();
      rest_.remove_prefix(5);
      return static_cast<char>(byte);
    }
    if (rest_.empty() || (rest_[0] != '"' && rest_[0] != '\\')) {
      failed_ = true;
      return 0;
    }
    const char c = rest_[0];
    rest_.remove_prefix(1);
    return c;
  }

  json_text json() {
    if (rest_.starts_with(wrapper)) {
      rest_.remove_prefix(wrapper.size());
      json_text wrapped{text()};
      need('}');
      return wrapped;
    }
    const std::size_t end = end_of_nested(rest_);
    if (end == std::string_view::npos) {
      failed_ = true;
      return {};
    }
    json_text found{std::string(rest_.substr(0, end))};
    rest_.remove_prefix(end);
    return found;
  }

  std::string_view rest_;
  bool failed_ = false;
};

/// Between the brackets: `one` reads each element.
template <class Row, class One>
result<void> read_list(std::string_view text, char open, char close, std::vector<Row>& into,
                       One one) {
  into.clear();
  json_reader in(text);
  in.need(open);
  bool more = !in.skip(close);
  while (more && !in.failed()) {
    one(in, into.emplace_back());
    more = in.skip(',');
    if (!more) {
      in.need(close);
    }
  }
  if (in.failed() || !in.at_end()) {
    return fail(error_code::storage_unavailable, "stored values cannot be read");
  }
  return {};
}

template <class Row, class One>
std::string write_list(const std::vector<Row>& all, char open, char close, One one) {
  json_writer out;
  out.raw(open);
  bool first = true;
  for (const auto& row : all) {
    if (!std::exchange(first, false)) {
      out.raw(',');
    }
    one(out, row);
  }
  out.raw(close);
  return out.take();
}

} // namespace

std::string values_to_json(const std::vector<key_value>& values) {
  return write_list(values, '{', '}', [](json_writer& out, const key_value& one) {
    out.text(one.key);
    out.raw(':');
    out.val(one.val);
  });
}

result<void> values_from_json(std::string_view text, std::vector<key_value>& into) {
  return read_list(text, '{', '}', into, [](json_reader& in, key_value& one) {
    one.key = in.text();
    in.need(':');
    one.val = in.val();
  });
}

std::string latest_to_json(const std::vector<latest_value>& values) {
  return write_list(values, '[', ']', [](json_writer& out, const latest_value& one) {
    out.raw('[');
    out.text(one.key);
    out.raw(',');
    out.number(one.ts);
    out.raw(',');
    out.val(one.val);
    out.raw(']');
  });
}

result<void> latest_from_json(std::string_view text, std::vector<latest_value>& into) {
  return read_list(text, '[', ']', into, [](json_reader& in, latest_value& one) {
    in.need('[');
    one.key = in.text();
    in.need(',');
    one.ts = in.number<timestamp>();
    in.need(',');
    one.val = in.val();
    in.need(']');
  });
}

std::string attributes_to_json(const std::vector<attribute_row>& rows) {
  return write_list(rows, '[', ']', [](json_writer& out, const attribute_row& one) {
    out.raw('[');
    out.text(one.key);
    out.raw(',');
    out.number(one.last_update);
    out.raw(',');
    out.number(one.change);
    if (one.val) {
      out.raw(',');
      out.val(*one.val);
    }
    out.raw(']');
  });
}

result<void> attributes_from_json(std::string_view text, std::vector<attribute_row>& into) {
  return read_list(text, '[', ']', into, [](json_reader& in, attribute_row& one) {
    in.need('[');
    one.key = in.text();
    in.need(',');
    one.last_update = in.number<timestamp>();
    in.need(',');
    one.change = in.number<std::uint64_t>();
    if (in.skip(',')) {
      one.val = in.val();
    }
    in.need(']');
  });
}

} // namespace muster::persistence::postgres
