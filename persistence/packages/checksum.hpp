#pragma once

#include "actors/model/package.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace muster::persistence {

/// A checksum that takes its bytes piece by piece. One thread at a time.
class checksum {
public:
  virtual ~checksum() = default;
  virtual void add(std::string_view bytes) = 0;
  /// The sum of all bytes given; nothing may be added afterwards. Bytes in the order in which the
  /// wire shows them: CRC-32 and the two Murmur sums with the lowest byte first.
  [[nodiscard]] virtual std::string finish() = 0;
};

[[nodiscard]] std::unique_ptr<checksum> make_checksum(checksum_algorithm which);

/// Two digits in lower case for each byte.
[[nodiscard]] std::string hexadecimal(std::string_view bytes);

} // namespace muster::persistence
