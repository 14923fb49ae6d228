#include "tools/bench/response_parser.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace muster::bench {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool same_text(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return lower(x) == lower(y); });
}

std::optional<std::size_t> number(std::string_view text, int base) {
  std::size_t value = 0;
  auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (failure != std::errc{} || end == text.data())
    return std::nullopt;
  return value;
}

std::string_view trimmed(std::string_view text) {
  auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos)
    return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

} // namespace

response_parser::outcome response_parser::feed(std::string_view bytes, response& result) {
  buffer_.append(bytes);
  return parse(result);
}

response_parser::outcome response_parser::parse(response& result) {
  if (head_length_ == 0) {
    auto end = buffer_.find("\r\n\r\n");
    if (end == std::string::npos)
      return outcome::incomplete;
    head_length_ = end + 4;
    chunk_at_ = head_length_;
    if (!parse_head(std::string_view(buffer_).substr(0, end + 2)))
      return outcome::broken;
  }
  std::string_view rest = std::string_view(buffer_).substr(head_length_);
  if (framing_ == framing::until_end)
    return outcome::incomplete;
  if (framing_ == framing::chunked) {
    bool whole = false;
    if (!decode_chunks(whole))
      return outcome::broken;
    if (whole)
      fill(result, decoded_);
    return whole ? outcome::complete : outcome::incomplete;
  }
  if (rest.size() < content_length_)
    return outcome::incomplete;
  // More than was asked for can only be a mistake: one request is under way at a time.
  if (rest.size() > content_length_)
    return outcome::broken;
  fill(result, rest);
  return outcome::complete;
}

bool response_parser::parse_head(std::string_view head) {
  if (!head.starts_with("HTTP/1.") || head.size() < 12)
    return false;
  auto status = number(head.substr(9, 3), 10);
  if (!status)
    return false;
  status_ = static_cast<int>(*status);
  closes_ = head[7] == '0';
  framing_ = status_ == 204 || status_ == 304 ? framing::length : framing::until_end;
  content_length_ = 0;
  for (auto at = head.find("\r\n") + 2; at < head.size();) {
    auto end = head.find("\r\n", at);
    std::string_view line = head.substr(at, end - at);
    at = end + 2;
    auto colon = line.find(':');
    if (colon == std::string_view::npos)
      return false;
    std::string_view name = line.substr(0, colon);
    std::string_view value = trimmed(line.substr(colon + 1));
    if (same_text(name, "content-length")) {
      auto length = number(value, 10);
      if (!length)
        return false;
      content_length_ = *length;
      framing_ = framing::length;
    } else if (same_text(name, "transfer-encoding")) {
      framing_ = framing::chunked;
    } else if (same_text(name, "connection")) {
      closes_ = same_text(value, "close");
    }
  }
  closes_ = closes_ || framing_ == framing::until_end;
  return true;
}

bool response_parser::decode_chunks(bool& whole) {
  std::string_view all = buffer_;
  while (true) {
    auto line_end = all.find("\r\n", chunk_at_);
    if (line_end == std::string_view::npos)
      return true;
    auto size = number(all.substr(chunk_at_, line_end - chunk_at_), 16);
    if (!size)
      return false;
    if (*size == 0) {
      whole = all.find("\r\n", line_end + 2) != std::string_view::npos;
      return true;
    }
    std::size_t data = line_end + 2;
    if (all.size() < data + *size + 2)
      return true;
    decoded_.append(all.substr(data, *size));
    chunk_at_ = data + *size + 2;
  }
}

response_parser::outcome response_parser::end_of_stream(response& result) {
  if (head_length_ == 0 || framing_ != framing::until_end)
    return outcome::broken;
  fill(result, std::string_view(buffer_).substr(head_length_));
  return outcome::complete;
}

void response_parser::fill(response& result, std::string_view body) const {
  result.status = status_;
  result.head = std::string_view(buffer_).substr(0, head_length_);
  result.body = body;
  result.closes = closes_;
}

void response_parser::reset() {
  buffer_.clear();
  decoded_.clear();
  head_length_ = 0;
}

} // namespace muster::bench
