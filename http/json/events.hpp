#pragma once

#include "actors/model/error.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace muster::http::json {

/// Objects and arrays inside one another beyond this are refused.
inline constexpr std::size_t deepest_nesting = 64;

/// Members of all objects of one document beyond this are refused where each costs memory of its
/// own beside its text.
inline constexpr std::size_t most_names = 250'000;

/// What both readers tell of a document, in its order. A member returns false to stop, with `error`
/// set. Only well-formed sequences arrive: names only in objects, ends only where something began.
class events {
public:
  virtual ~events() = default;

  virtual bool null() = 0;
  virtual bool boolean(bool value) = 0;
  virtual bool integer(std::int64_t value) = 0;
  /// Any other number, as it was written.
  virtual bool number(std::string_view text) = 0;
  /// A number that came in binary form; finite.
  virtual bool real(double value) = 0;
  virtual bool string(std::string_view text) = 0;
  virtual bool begin_object() = 0;
  virtual bool name(std::string_view text) = 0;
  virtual bool end_object() = 0;
  virtual bool begin_array() = 0;
  virtual bool end_array() = 0;

  /// Why it stopped.
  std::optional<muster::error> error;

protected:
  static std::string too_many_names() {
    return "More than " + std::to_string(most_names) + " members in one document";
  }
  bool stop(error_code code, std::string message) {
    error = muster::error{code, std::move(message)};
    return false;
  }
};

} // namespace muster::http::json
