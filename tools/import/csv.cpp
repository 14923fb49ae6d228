#include "tools/import/csv.hpp"

#include <utility>

namespace muster::import {

namespace {

constexpr int at_end = std::istream::traits_type::eof();
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
/// Longer fields are a missing quote rather than a value.
constexpr std::size_t longest_field = std::size_t{16} << 20;

} // namespace

int csv_reader::get() {
  const int next = from_.get();
  if (next == '\r' && from_.peek() == '\n') {
    from_.get();
    ++line_;
    return '\n';
  }
  if (next == '\n') {
    ++line_;
  }
  return next;
}

result<void> csv_reader::read_quoted(std::string& field) {
  for (int next = get(); next != at_end; next = get()) {
    if (next != '"') {
      field += static_cast<char>(next);
    } else if (from_.peek() == '"') {
      field += static_cast<char>(get());
    } else {
      return {};
    }
    if (field.size() > longest_field) {
      break;
    }
  }
  return fail(error_code::malformed,
              "line " + std::to_string(record_line_) + ": a quote is never closed");
}

result<std::optional<std::vector<std::string>>> csv_reader::next() {
  if (!std::exchange(started_, true)) {
    for (const char expected : byte_order_mark) {
      if (from_.peek() != static_cast<unsigned char>(expected)) {
        break;
      }
      from_.get();
    }
  }
  while (from_.peek() == '\n' || from_.peek() == '\r') {
    get();
  }
  record_line_ = line_;
  if (from_.peek() == at_end) {
    return std::optional<std::vector<std::string>>{};
  }
  std::vector<std::string> fields(1);
  bool closed = false;
  for (int next = get(); next != at_end && next != '\n'; next = get()) {
    if (next == delimiter_) {
      fields.emplace_back();
      closed = false;
    } else if (closed || (next == '"' && !fields.back().empty())) {
      return fail(error_code::malformed,
                  "line " + std::to_string(record_line_) + ": a quote inside a field");
    } else if (next == '"') {
      if (auto read = read_quoted(fields.back()); !read) {
        return tl::unexpected(read.error());
      }
      closed = true;
    } else {
      fields.back() += static_cast<char>(next);
    }
  }
  return std::optional{std::move(fields)};
}

std::string csv_field(std::string_view text, char delimiter) {
  const bool plain = text.find_first_of("\"\r\n") == std::string_view::npos &&
                     text.find(delimiter) == std::string_view::npos;
  if (plain) {
    return std::string(text);
  }
  std::string quoted = "\"";
  for (const char one : text) {
    quoted += one;
    if (one == '"') {
      quoted += '"';
    }
  }
  return quoted + '"';
}

} // namespace muster::import
