#include "actors/model/time.hpp"

#include <ctime>

namespace muster {

namespace {

std::int64_t read(clockid_t clock) noexcept {
  timespec t{};
  clock_gettime(clock, &t);
  return static_cast<std::int64_t>(t.tv_sec) * 1000 + t.tv_nsec / 1'000'000;
}

} // namespace

instant system_clock_source::now() const noexcept {
  return {read(CLOCK_REALTIME), read(CLOCK_BOOTTIME)};
}

} // namespace muster
