#pragma once

#include "actors/model/error.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

/// A path to parts of a JSON document: `$`, `.name`, `['name']`, `[2]`, `[-1]`, `[0,2]`, `[1:3]`,
/// `.*`, `[*]`, and `..` before any of these. No filters `[?(...)]` and no functions. Immutable.
class json_path {
public:
  /// Error: invalid.
  static result<json_path> read(std::string_view text);

  /// What the path leads to; of a path that may lead to many parts the list of them. Error:
  /// not_found, when there is no such part; invalid, when there are more than 10 000.
  result<nlohmann::ordered_json> find(const nlohmann::ordered_json& in) const;

private:
  friend class json_path_reader;
  using parts = std::vector<const nlohmann::ordered_json*>;

  struct step {
    enum class kind : std::uint8_t { member, all, elements, slice };
    kind what = kind::all;
    /// At any depth.
    bool deep = false;
    std::string name;
    /// From the end when negative.
    std::vector<std::int64_t> places;
    std::optional<std::int64_t> from;
    std::optional<std::int64_t> to;

    bool one() const { return !deep && (what == kind::member || places.size() == 1); }
    void follow(const nlohmann::ordered_json& at, parts& into) const;
  };
  std::vector<step> steps_;
};

} // namespace muster
