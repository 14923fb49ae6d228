#include "http/json/reader.hpp"

#include "http/json/lenient.hpp"
#include "http/json/members_builder.hpp"
#include "http/json/number.hpp"
#include "http/json/strict.hpp"
#include "http/json/text_capture.hpp"
#include "http/json/values_builder.hpp"

#include <algorithm>

namespace muster::http::json {

namespace {

/// Strictly first; what fails for its syntax alone, again leniently and from scratch, which also
/// words the error.
template <class Builder, class Take, class... Arguments>
auto read(std::string_view text, Take take, const Arguments&... arguments)
    -> result<decltype(take(std::declval<Builder&>()))> {
  Builder strict{arguments...};
  if (parse_strict(text, strict)) {
    return take(strict);
  }
  if (strict.error) {
    return tl::unexpected(*std::move(strict.error));
  }
  Builder lenient{arguments...};
  if (parse_lenient(text, lenient)) {
    return take(lenient);
  }
  return tl::unexpected(*std::move(lenient.error));
}

/// The text with a 0 for each number outside strings.
std::string with_plain_numbers(std::string_view text) {
  std::string plain;
  bool quoted = false;
  while (!text.empty()) {
    std::size_t length = 1;
    if (quoted) {
      quoted = text.front() != '"';
      length = text.front() == '\\' ? 2 : 1;
    } else if (text.front() == '"') {
      quoted = true;
    } else {
      length = std::clamp<std::size_t>(text.find_first_not_of("+-.0123456789Ee"), 1, text.size());
    }
    const auto piece = text.substr(0, length);
    plain.append(is_json_number(piece) && !quoted ? "0" : piece);
    text.remove_prefix(piece.size());
  }
  return plain;
}

} // namespace

result<std::vector<telemetry_entry>> read_telemetry(std::string_view text,
                                                    const reader_rules& rules) {
  return read<values_builder>(
      text, [](values_builder& built) { return built.take_entries(); },
      values_builder::shape::telemetry, rules);
}

result<std::vector<key_value>> read_attributes(std::string_view text, const reader_rules& rules) {
  return read_values(text, rules, "$");
}

result<std::vector<key_value>> read_values(std::string_view text, const reader_rules& rules,
                                           std::string root) {
  return read<values_builder>(
      text, [](values_builder& built) { return built.take_values(); },
      values_builder::shape::attributes, rules, root);
}

result<std::vector<member>> read_members(std::string_view text) {
  return read<members_builder>(text, [](members_builder& built) { return built.take(); });
}

result<json_text> read_document(std::string_view text) {
  return read<text_capture>(text, [](text_capture& built) { return json_text{built.take()}; });
}

result<json_text> read_strict(std::string_view text) {
  // nlohmann skips a byte order mark, which is no JSON, and refuses numbers beyond a double, which
  // are.
  if (!text.starts_with("\xEF\xBB\xBF")) {
    text_capture built;
    if (parse_strict(text, built)) {
      return json_text{built.take()};
    }
    text_capture numberless;
    text_capture whole;
    if (parse_strict(with_plain_numbers(text), numberless) && parse_lenient(text, whole)) {
      return json_text{whole.take()};
    }
  }
  return fail(error_code::malformed, "Not JSON");
}

result<std::string> read_scalar(std::string_view text) {
  return read<scalar_builder>(text, [](scalar_builder& built) { return std::move(built.text); });
}

} // namespace muster::http::json
