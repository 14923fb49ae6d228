#pragma once

#include "actors/registry/listing.hpp"

#include <cstddef>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace muster {

/// What a device did between two looks.
struct busy_device {
  resident_facts now;
  /// Commands in a second.
  double rate = 0;
  /// Share of one processor.
  double load = 0;
};

enum class busy_order : std::uint8_t { rate, load, queue, idle, memory };

/// Compares what devices have done with the last look. Of one thread.
class busy_devices {
public:
  /// The `most` first of the devices in that order; the first look tells no rates.
  std::vector<busy_device> look(std::vector<resident_facts>&& residents, milliseconds now,
                                busy_order order, std::size_t most);

private:
  struct seen {
    std::uint64_t commands = 0;
    std::uint64_t busy = 0;
  };
  std::unordered_map<device_id, seen> before_;
  milliseconds before_at_ = 0;
};

} // namespace muster
