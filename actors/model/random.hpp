#pragma once

#include <cstddef>
#include <cstdint>

namespace muster {

/// Bytes of the kernel's random source, fit for secrets. Any thread: each draws some hundred at
/// once and hands none out twice, since a system call for every identifier would be a twentieth of
/// what a new device costs.
void random_bytes(void* into, std::size_t size);

/// From 1 to 2^53: what JavaScript's numbers hold exactly.
std::uint64_t random_number();

} // namespace muster
