#pragma once

#include "actors/model/time.hpp"
#include "actors/model/uuid.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

namespace muster::persistence::keys {

// What keys are put together from: integers are big-endian, so that their bytes have their order.

inline char* put_number(char* to, std::uint64_t number) noexcept {
  for (int shift = 56; shift >= 0; shift -= 8) {
    *to++ = static_cast<char>(number >> shift);
  }
  return to;
}

inline std::uint64_t get_number(const char* from) noexcept {
  std::uint64_t number = 0;
  for (int i = 0; i < 8; ++i) {
    number = number << 8 | static_cast<std::uint8_t>(from[i]);
  }
  return number;
}

/// Times before 1970 sort before those after it.
constexpr std::uint64_t ordered(timestamp at) noexcept {
  return static_cast<std::uint64_t>(at) ^ (std::uint64_t{1} << 63);
}

constexpr timestamp unordered(std::uint64_t number) noexcept {
  return static_cast<timestamp>(number ^ (std::uint64_t{1} << 63));
}

inline char* put_id(char* to, const uuid& id) noexcept {
  return std::copy(id.bytes.begin(), id.bytes.end(), to);
}

inline uuid get_id(const char* from) noexcept {
  uuid id;
  std::copy_n(from, id.bytes.size(), id.bytes.begin());
  return id;
}

inline void append(std::string& key, const uuid& id) {
  key.append(reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size());
}

} // namespace muster::persistence::keys
