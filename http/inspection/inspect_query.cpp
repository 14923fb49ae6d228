#include "http/inspection/inspect_query.hpp"

#include <array>
#include <string>
#include <utility>

namespace muster::http {

namespace {

constexpr std::size_t longest_question = 100;
/// See actors/inspection.
constexpr std::array<std::string_view, 11> known_parameters{"device", "after",  "limit", "sort",
                                                            "level",  "folder", "chain", "here",
                                                            "filter", "rule",   "errors"};

} // namespace

result<inspect> read_inspect(std::string_view what, const query_parameters& query) {
  inspect asked;
  asked.what = what.substr(0, longest_question);
  for (const auto name : known_parameters) {
    auto text = query.text(name);
    if (!text) {
      return tl::unexpected(std::move(text.error()));
    }
    if (*text) {
      asked.with.emplace_back(name, std::move(**text));
    }
  }
  return asked;
}

} // namespace muster::http
