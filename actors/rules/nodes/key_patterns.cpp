#include "actors/rules/nodes/key_patterns.hpp"

#include <algorithm>

namespace muster {

namespace {

/// Reading a pattern takes stack with its depth.
constexpr std::size_t longest_pattern = 1'000;

} // namespace

key_patterns key_patterns::read(configuration_reader& from, std::string_view name) {
  key_patterns made;
  for (const auto& text : from.texts(name)) {
    if (text.size() > longest_pattern) {
      from.refuse(name, "holds a pattern of more than 1000 characters");
      continue;
    }
    try {
      // Whoever writes a chain must not hold up all devices: no backtracking, so no references
      // back either.
      made.patterns_.emplace_back(text, std::regex::ECMAScript | std::regex::optimize |
                                            std::regex_constants::__polynomial);
    } catch (const std::regex_error& refused) {
      from.refuse(name, "holds \"" + text + "\", which cannot be read: " + refused.what());
    }
  }
  return made;
}

bool key_patterns::match(const std::string& key) const {
  return std::any_of(patterns_.begin(), patterns_.end(),
                     [&](const std::regex& one) { return std::regex_match(key, one); });
}

} // namespace muster
