#include "http/rest_api/member_reader.hpp"

#include "http/json/utf8.hpp"

namespace muster::http::rest {

std::optional<std::string> member_reader::text(std::string_view name, std::size_t longest) {
  auto read = take(body_.text(name));
  if (read && json::count_code_points(*read) > longest) {
    refuse(std::string{name} + " length must be equal or less than " + std::to_string(longest));
  }
  return read;
}

json_text member_reader::document(std::string_view name) {
  auto read = body_.document_or_null(name);
  if (read.text.size() > longest_document) {
    refuse(std::string{name} + " length must be equal or less than " +
           std::to_string(longest_document) + " bytes");
  }
  return read;
}

std::optional<std::uint64_t> member_reader::version() {
  const auto read = integer("version");
  return read ? std::optional{static_cast<std::uint64_t>(*read)} : std::nullopt;
}

void member_reader::refuse(std::string message) {
  if (!fault_) {
    fault_ = error{error_code::invalid, std::move(message)};
  }
}

bool blank(std::string_view text) noexcept {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

} // namespace muster::http::rest
