#pragma once

#include "actors/model/error.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace muster {

using text_pair = std::pair<std::string, std::string>;

/// Reads a node's configuration member by member. A member that is absent or null has its default;
/// the first one of a wrong kind is remembered for `end`. Others than are asked for are left alone.
class configuration_reader {
public:
  /// Outlived by the configuration.
  explicit configuration_reader(const nlohmann::json& from) : from_(from) {}

  std::string text(std::string_view name, std::string_view usual = {});
  bool flag(std::string_view name, bool usual);
  /// Texts of digits are numbers, too: old exports have them.
  std::int64_t number(std::string_view name, std::int64_t usual);
  std::vector<std::string> texts(std::string_view name);
  /// An object of texts, by name; there must be one and not an empty one.
  std::vector<text_pair> mapping(std::string_view name);
  /// One of these, by its place.
  std::size_t choice(std::string_view name, const std::vector<std::string_view>& among,
                     std::size_t usual);
  /// Null: absent.
  const nlohmann::json* member(std::string_view name) const;
  void refuse(std::string_view name, std::string_view what);

  /// Error: invalid, with the member.
  result<void> end() const;

private:
  const nlohmann::json& from_;
  std::string wrong_;
};

} // namespace muster
