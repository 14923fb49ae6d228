#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace muster {

/// Whether somebody accepts connections there, found out by making one and closing it. CAF connects
/// one after the other and waits for each as long as the kernel does, two minutes for a host that
/// is cut off: so it is asked only when this says yes. Blocks up to `at_most`, name look-ups apart.
bool reachable(const std::string& host, std::uint16_t port, std::chrono::milliseconds at_most);

/// Whether all that the name stands for is this machine itself.
bool is_loopback(const std::string& host);

} // namespace muster
