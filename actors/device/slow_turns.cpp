#include "actors/device/slow_turns.hpp"

#include "actors/model/command_names.hpp"

#include <spdlog/spdlog.h>

#include <array>
#include <ctime>
#include <string_view>
#include <variant>

namespace muster {

namespace {

std::string_view name_of_envelope(const envelope& what) noexcept {
  if (const auto* command = std::get_if<incoming>(&what)) {
    // What was moved out of it has left its kind.
    return name_of(command->what.body);
  }
  using namespace std::string_view_literals;
  // By the alternatives' numbers.
  constexpr std::array names{
      "a command"sv, "a poll's report"sv, "a deadline"sv,      "its rows"sv,
      "a reload"sv,  "a commit"sv,        "rows of history"sv, "values of its owners"sv,
      "work done"sv, "leaving"sv,         "the node's end"sv,  "a hand-over"sv,
      "its size"sv};
  static_assert(names.size() == std::variant_size_v<envelope>);
  return names.at(what.index());
}

} // namespace

milliseconds slow_turns::now() noexcept {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
  return static_cast<milliseconds>(t.tv_sec) * 1'000 + t.tv_nsec / 1'000'000;
}

void slow_turns::tell(milliseconds at, milliseconds took, const device_id& device,
                      const envelope& what) noexcept {
  if (const auto left_out = lines_.take(at)) {
    spdlog::warn("device {}: {} took its actor {} ms; {} other slow ones since the last such line",
                 to_string(device), name_of_envelope(what), took, *left_out);
  }
}

} // namespace muster
