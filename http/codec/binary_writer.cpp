#include "http/codec/binary_writer.hpp"

#include "http/json/lenient.hpp"
#include "http/json/number.hpp"

#include <stdexcept>

namespace muster::http {

void append_number(std::string& out, std::uint64_t number, std::size_t size) {
  for (std::size_t shift = size * 8; shift > 0; shift -= 8) {
    out.push_back(static_cast<char>(number >> (shift - 8) & 0xFF));
  }
}

void binary_writer::put(std::uint64_t number, std::size_t size) {
  append_number(out_, number, size);
}

bool binary_writer::begin() {
  open_.push_back({out_.size(), 0});
  return true;
}

bool binary_writer::end(bool object) {
  const container done = open_.back();
  open_.pop_back();
  out_.insert(done.start, head(object, done.count));
  return counted();
}

bool binary_writer::name(std::string_view text) {
  put_text(text);
  return true;
}

/// What no double holds exactly enough goes as its text.
bool binary_writer::number(std::string_view text) {
  const auto read = json::number_value(text, true);
  if (read && std::holds_alternative<double>(*read)) {
    return real(std::get<double>(*read));
  }
  if (read && std::holds_alternative<std::int64_t>(*read)) {
    return integer(std::get<std::int64_t>(*read));
  }
  return string(text);
}

std::string binary_writer::transcode(std::string_view json) {
  // What came in is nested in an answer.
  if (!json::parse_lenient(json, *this, 2 * json::deepest_nesting)) {
    throw std::logic_error{"an answer is not JSON"};
  }
  return std::move(out_);
}

} // namespace muster::http
