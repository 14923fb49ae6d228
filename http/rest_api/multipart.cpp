#include "http/rest_api/multipart.hpp"

#include "http/rest_api/form_header.hpp"

#include <algorithm>

namespace muster::http::rest {

namespace {

constexpr std::size_t longest_boundary = 70;
/// Blanks that may follow a boundary in its line.
constexpr std::size_t most_padding = 256;

tl::unexpected<error> bad(std::string message) {
  return fail(error_code::malformed, "The multipart body is not valid: " + std::move(message));
}

} // namespace

result<void> multipart_reader::read(std::string_view bytes) {
  waiting_ += bytes;
  std::size_t used = 0;
  while (state_ != state::done) {
    const auto stepped = step(std::string_view{waiting_}.substr(used));
    if (!stepped) {
      return tl::unexpected{stepped.error()};
    }
    if (*stepped == 0) {
      break;
    }
    used += *stepped;
  }
  // What follows the last boundary means nothing.
  waiting_.erase(0, state_ == state::done ? waiting_.size() : used);
  return {};
}

result<std::size_t> multipart_reader::step(std::string_view rest) {
  return state_ == state::head ? read_head(rest) : read_body(rest);
}

multipart_reader::line_end multipart_reader::behind_boundary(std::string_view rest) {
  using kind = line_end::kind;
  if (rest.size() >= 2 && rest.starts_with("--")) {
    return {kind::last, 2};
  }
  if (rest == "-") {
    return {kind::more, 0};
  }
  const auto blanks = std::min(rest.find_first_not_of(" \t"), rest.size());
  const auto line = rest.substr(blanks);
  if (blanks > most_padding) {
    return {kind::none, 0};
  }
  if (line.empty() || line == "\r") {
    return {kind::more, 0};
  }
  // The line break stays: a head begins with it, so that an empty one has an end too.
  return {line.starts_with("\r\n") ? kind::part : kind::none, blanks};
}

result<std::size_t> multipart_reader::read_body(std::string_view rest) {
  const auto at = rest.find(delimiter_);
  if (at == std::string_view::npos) {
    // A boundary may begin in the last bytes.
    const auto sure = rest.size() - std::min(rest.size(), delimiter_.size() - 1);
    const auto passed = pass(rest.substr(0, sure));
    return passed ? result<std::size_t>{sure} : tl::unexpected{passed.error()};
  }
  const auto behind = at + delimiter_.size();
  const auto line = behind_boundary(rest.substr(behind));
  const bool found = line.what == line_end::kind::part || line.what == line_end::kind::last;
  // What only looks like a boundary belongs to the bytes.
  const auto own = line.what == line_end::kind::none ? behind : at;
  if (const auto passed = pass(rest.substr(0, own)); !passed) {
    return tl::unexpected{passed.error()};
  }
  if (!found) {
    return own;
  }
  if (const auto ended = end_part(line.what); !ended) {
    return tl::unexpected{ended.error()};
  }
  return behind + line.size;
}

result<void> multipart_reader::pass(std::string_view bytes) {
  if (state_ == state::body) {
    return bytes.empty() ? result<void>{} : listener_.on_bytes(bytes);
  }
  skipped_ += bytes.size();
  if (skipped_ > most_head_bytes) {
    return bad("no boundary in its first 8 KiB");
  }
  return {};
}

result<void> multipart_reader::end_part(line_end::kind what) {
  const bool had_part = state_ == state::body;
  if (what == line_end::kind::last) {
    state_ = state::done;
  } else {
    if (++parts_ > most_parts) {
      return bad("more than 16 parts");
    }
    state_ = state::head;
  }
  return had_part ? listener_.on_part_end() : result<void>{};
}

result<std::size_t> multipart_reader::read_head(std::string_view rest) {
  constexpr std::string_view end = "\r\n\r\n";
  const auto at = rest.find(end);
  if (at > most_head_bytes && rest.size() > most_head_bytes) {
    return bad("the head of a part is longer than 8 KiB");
  }
  if (at == std::string_view::npos) {
    return 0;
  }
  if (const auto begun = begin_part(rest.substr(0, at)); !begun) {
    return tl::unexpected{begun.error()};
  }
  state_ = state::body;
  return at + end.size();
}

result<void> multipart_reader::begin_part(std::string_view head) {
  form_part made;
  bool named = false;
  while (!head.empty()) {
    head.remove_prefix(2);
    const auto line = head.substr(0, head.find("\r\n"));
    head.remove_prefix(line.size());
    const auto field = split_header(line);
    if (!field) {
      return bad("a line in the head of a part has no name");
    }
    if (same_name(field->name, "Content-Type")) {
      made.content_type = field->value;
    } else if (same_name(field->name, "Content-Disposition")) {
      const auto name = parameter_of(field->value, "name");
      named = name.has_value();
      made.name = name.value_or("");
      made.file_name = file_name_of(field->value);
    }
  }
  return named ? listener_.on_part(std::move(made)) : bad("a part has no name");
}

std::optional<std::string> boundary_of(std::string_view content_type) {
  if (!same_name(content_type.substr(0, content_type.find(';')), "multipart/form-data")) {
    return std::nullopt;
  }
  auto boundary = parameter_of(content_type, "boundary");
  if (boundary && (boundary->empty() || boundary->size() > longest_boundary)) {
    return std::nullopt;
  }
  return boundary;
}

} // namespace muster::http::rest
