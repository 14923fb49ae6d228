#include "actors/rules/rate_limit.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace muster {

namespace {

constexpr std::int64_t nanoseconds = 1'000'000;

std::string_view trimmed(std::string_view text) noexcept {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// 0: not a whole number from 1 to `most`.
std::int64_t number(std::string_view text, std::int64_t most) noexcept {
  text = trimmed(text);
  std::int64_t read = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), read);
  const bool whole = problem == std::errc() && end == text.data() + text.size();
  return whole && read >= 1 && read <= most ? read : 0;
}

/// What one bound has to wait for; 0: nothing.
std::int64_t missing(const rate_limit::bound& of, std::int64_t cost, std::int64_t full_at,
                     std::int64_t now) noexcept {
  const std::int64_t span = of.span * nanoseconds;
  // Never beyond a span: the limit may have been another one when it was used.
  const std::int64_t used = std::clamp<std::int64_t>(full_at - now, 0, span);
  return std::max<std::int64_t>(0, used + cost - span);
}

std::int64_t cost_of(const rate_limit::bound& of, std::uint64_t amount) noexcept {
  const std::int64_t span = of.span * nanoseconds;
  if (amount >= static_cast<std::uint64_t>(of.count)) {
    return span;
  }
  return span / of.count * static_cast<std::int64_t>(amount);
}

} // namespace

result<rate_limit> rate_limit::parse(std::string_view text) {
  rate_limit read;
  std::string_view rest = trimmed(text);
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    const std::string_view part = trimmed(rest.substr(0, comma));
    const auto colon = part.find(':');
    bound one;
    if (colon != std::string_view::npos) {
      one.count = number(part.substr(0, colon), max_count);
      one.span = number(part.substr(colon + 1), max_seconds) * 1'000;
    }
    if (one.count == 0 || one.span == 0) {
      return fail(error_code::invalid, "Rate limit '" + std::string(text) + "': '" +
                                           std::string(part) +
                                           "' is not <count>:<seconds> of whole numbers in range");
    }
    if (read.size_ == max_bounds) {
      return fail(error_code::invalid, "Rate limit '" + std::string(text) + "' has more than " +
                                           std::to_string(max_bounds) + " parts");
    }
    read.bounds_[read.size_++] = one;
    if (comma == std::string_view::npos) {
      break;
    }
    rest = trimmed(rest.substr(comma + 1));
    if (rest.empty()) {
      return fail(error_code::invalid, "Rate limit '" + std::string(text) + "' ends with a comma");
    }
  }
  return read;
}

std::optional<milliseconds> rate_usage::take(const rate_limit& limit, std::uint64_t amount,
                                             milliseconds now) noexcept {
  const std::int64_t at = now * nanoseconds;
  std::int64_t wait = 0;
  for (std::size_t i = 0; const auto& bound : limit) {
    wait = std::max(wait, missing(bound, cost_of(bound, amount), full_at_[i++], at));
  }
  if (wait > 0) {
    return (wait + nanoseconds - 1) / nanoseconds;
  }
  for (std::size_t i = 0; const auto& bound : limit) {
    full_at_[i] = std::max(full_at_[i], at) + cost_of(bound, amount);
    ++i;
  }
  return std::nullopt;
}

bool rate_usage::unused(milliseconds now) const noexcept {
  return std::all_of(full_at_.begin(), full_at_.end(),
                     [at = now * nanoseconds](std::int64_t full) { return full <= at; });
}

} // namespace muster
