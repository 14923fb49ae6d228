#pragma once

#include "persistence/postgres/parameters.hpp"

#include <string>

namespace muster::persistence::postgres {

/// Conditions joined by "and", each with its parameter.
class conditions {
public:
  /// The number of the parameter that comes next, as "$3".
  std::string next() const { return "$" + std::to_string(given_.size() + 1); }
  /// Adds one; its parameter is to be added to what is returned.
  parameters& with(const std::string& text) {
    text_ += (text_.empty() ? "where " : " and ") + text;
    return given_;
  }
  /// "where ..."; empty without conditions.
  const std::string& text() const noexcept { return text_; }
  /// The parameters so far.
  parameters& given() noexcept { return given_; }

private:
  std::string text_;
  parameters given_;
};

} // namespace muster::persistence::postgres
