#include "http/json/reader.hpp"

#include "http/json/lenient.hpp"
#include "http/json/members_builder.hpp"
#include "http/json/strict.hpp"
#include "http/json/text_capture.hpp"
#include "http/json/values_builder.hpp"

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

} // namespace

result<std::vector<telemetry_entry>> read_telemetry(std::string_view text,
                                                    const reader_rules& rules) {
  return read<values_builder>(
      text, [](values_builder& built) { return built.take_entries(); },
      values_builder::shape::telemetry, rules);
}

result<std::vector<key_value>> read_attributes(std::string_view text, const reader_rules& rules) {
  return read<values_builder>(
      text, [](values_builder& built) { return built.take_values(); },
      values_builder::shape::attributes, rules);
}

result<std::vector<member>> read_members(std::string_view text) {
  return read<members_builder>(text, [](members_builder& built) { return built.take(); });
}

result<json_text> read_document(std::string_view text) {
  return read<text_capture>(text, [](text_capture& built) { return json_text{built.take()}; });
}

result<json_text> read_strict(std::string_view text) {
  text_capture built;
  if (!parse_strict(text, built)) {
    return fail(error_code::malformed, "Not JSON");
  }
  return json_text{built.take()};
}

result<std::string> read_scalar(std::string_view text) {
  return read<scalar_builder>(text, [](scalar_builder& built) { return std::move(built.text); });
}

} // namespace muster::http::json
