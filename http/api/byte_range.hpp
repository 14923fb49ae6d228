#pragma once

#include "http/server/exchange.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace muster::http {

/// What a `Range` header asks of a body.
struct byte_range {
  enum class kind : std::uint8_t {
    whole,        ///< 200: no range, one that can't be read, or several at once.
    part,         ///< 206
    unsatisfiable ///< 416
  };
  kind what = kind::whole;
  std::uint64_t first = 0;
  std::uint64_t size = 0;
};

/// Judges the header's value (empty: there is none) for a body of `length` bytes, by RFC 9110,
/// section 14. Several ranges are answered with the whole body, as the RFC allows.
[[nodiscard]] byte_range choose_range(std::string_view header, std::uint64_t length);

/// The value of the request's `Range` header where it counts: in a GET without `If-Range`, which
/// no answer here can match; else empty.
[[nodiscard]] std::string range_of(const exchange& request);

} // namespace muster::http
