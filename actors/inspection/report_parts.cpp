#include "actors/inspection/report_parts.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace muster {

std::string parameter(const inspect& what, std::string_view name) {
  const auto found = std::find_if(what.with.begin(), what.with.end(),
                                  [&](const auto& one) { return one.first == name; });
  return found == what.with.end() ? std::string() : found->second;
}

result<std::uint64_t> number(const inspect& what, std::string_view name, std::uint64_t usual) {
  const std::string text = parameter(what, name);
  if (text.empty()) {
    return usual;
  }
  std::uint64_t read = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), read);
  if (problem != std::errc() || end != text.data() + text.size()) {
    return fail(error_code::invalid, std::string(name) + " is not a number");
  }
  return read;
}

result<std::size_t> rows_wanted(const inspect& what, std::size_t usual) {
  static constexpr std::uint64_t most_rows = 10'000;
  return number(what, "limit", usual).map([](std::uint64_t wanted) {
    return static_cast<std::size_t>(std::min(wanted, most_rows));
  });
}

reply as_inspected(const nlohmann::ordered_json& report) {
  return inspected{{report.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)}};
}

} // namespace muster
