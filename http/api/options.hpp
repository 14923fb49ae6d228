#pragma once

#include "actors/model/time.hpp"

#include <optional>
#include <string>

namespace muster::http {

/// What the endpoints can be told, beside the names of the options.
struct api_options {
  /// http.default_poll_timeout: of polls that name none, in milliseconds; the maximum
  /// where that is less.
  milliseconds default_poll_timeout = 60'000;
  /// http.max_poll_timeout: the longest a poll may ask for, in milliseconds.
  milliseconds max_poll_timeout = 300'000;
  /// json.type_cast: a string that looks like a number becomes one.
  bool type_cast = true;

  /// The first thing wrong with these options in words, or nothing.
  [[nodiscard]] std::optional<std::string> validate() const;
};

} // namespace muster::http
