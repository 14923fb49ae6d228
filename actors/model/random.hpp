#pragma once

#include <cstddef>

namespace muster {

/// Bytes of the kernel's random source, fit for secrets. Any thread: each draws some hundred at
/// once and hands none out twice, since a system call for every identifier would be a twentieth of
/// what a new device costs.
void random_bytes(void* into, std::size_t size);

} // namespace muster
