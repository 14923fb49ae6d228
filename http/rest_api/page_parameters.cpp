#include "http/rest_api/page_parameters.hpp"

#include <limits>
#include <string>

namespace muster::http::rest {

namespace {

result<std::int64_t> required_number(const query_parameters& query, std::string_view name) {
  const auto text = query.required(name);
  if (!text) {
    return tl::unexpected{text.error()};
  }
  const auto number = parse_integer(*text);
  if (!number) {
    return fail(error_code::invalid,
                "Parameter '" + std::string{name} + "' must be a whole number");
  }
  return *number;
}

result<void> read_size(const query_parameters& query, page_link& link) {
  const auto size = required_number(query, "pageSize");
  if (!size) {
    return tl::unexpected{size.error()};
  }
  if (*size < 1) {
    return fail(error_code::invalid, "Incorrect page link page size '" + std::to_string(*size) +
                                         "'. Page size must be greater than zero.");
  }
  if (*size > largest_page) {
    return fail(error_code::invalid, "Incorrect page link page size '" + std::to_string(*size) +
                                         "'. Page size must not be greater than " +
                                         std::to_string(largest_page) + ".");
  }
  const auto page = required_number(query, "page");
  if (!page) {
    return tl::unexpected{page.error()};
  }
  if (*page < 0 || *page > std::numeric_limits<std::int32_t>::max()) {
    return fail(error_code::invalid, "Incorrect page link page '" + std::to_string(*page) +
                                         "'. Page must be positive integer.");
  }
  link.size = static_cast<std::uint32_t>(*size);
  link.page = static_cast<std::uint32_t>(*page);
  return {};
}

result<void> read_order(const query_parameters& query, std::span<const sort_name> sortable,
                        page_link& link) {
  const auto order = query.text("sortOrder");
  const auto property = query.text("sortProperty");
  if (!order || !property) {
    return tl::unexpected{order ? property.error() : order.error()};
  }
  if (*order && !(*order)->empty()) {
    if (**order != "ASC" && **order != "DESC") {
      return fail(error_code::invalid, "Unsupported sort order '" + **order +
                                           "'. Only 'ASC' or 'DESC' types are allowed.");
    }
    link.descending = **order == "DESC";
  }
  if (!*property || (*property)->empty()) {
    return {};
  }
  for (const auto& [wire, inner] : sortable) {
    if (wire == **property) {
      link.sort_property = inner;
      return {};
    }
  }
  return fail(error_code::invalid, "Unsupported sort property '" + **property + "'");
}

} // namespace

result<page_link> read_page(const query_parameters& query, std::span<const sort_name> sortable) {
  page_link link;
  if (const auto good = read_size(query, link); !good) {
    return tl::unexpected{good.error()};
  }
  if (const auto good = read_order(query, sortable, link); !good) {
    return tl::unexpected{good.error()};
  }
  auto search = query.text("textSearch");
  if (!search) {
    return tl::unexpected{search.error()};
  }
  link.text_search = std::move(*search).value_or(std::string{});
  return link;
}

} // namespace muster::http::rest
