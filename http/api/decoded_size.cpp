#include "http/api/decoded_size.hpp"

namespace muster::http {

namespace {

/// Measured from request to commit: what an entry becomes (itself, a row, its place in a batch),
/// and what each of its values adds.
constexpr std::size_t entry_cost = 512;
constexpr std::size_t value_cost = 128;

} // namespace

std::size_t decoded_size(const std::vector<telemetry_entry>& entries) noexcept {
  std::size_t size = 0;
  for (const auto& each : entries) {
    size += entry_cost + decoded_size(each.values);
  }
  return size;
}

std::size_t decoded_size(const std::vector<key_value>& values) noexcept {
  return values.size() * value_cost;
}

} // namespace muster::http
