// Preloaded before a program: its wall clock is the machine's and as many milliseconds more as
// stand in the file that MUSTER_TEST_CLOCK names (8 bytes, may change at any time). The other
// clocks, and waits of the kernel, are the machine's.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <ctime>

namespace {

const std::atomic<std::int64_t>* open_step() noexcept {
  static const std::atomic<std::int64_t> none{0};
  const char* const name = std::getenv("MUSTER_TEST_CLOCK");
  const int file = name == nullptr ? -1 : ::open(name, O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return &none;
  }
  void* const at = ::mmap(nullptr, sizeof(none), PROT_READ, MAP_SHARED, file, 0);
  ::close(file);
  return at == MAP_FAILED ? &none : static_cast<const std::atomic<std::int64_t>*>(at);
}

std::int64_t step() noexcept {
  static const auto* const at = open_step();
  return at->load();
}

} // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* to) noexcept {
  const auto done = ::syscall(SYS_clock_gettime, clock, to);
  if (done == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    const std::int64_t by = step();
    to->tv_sec += by / 1000;
    to->tv_nsec += by % 1000 * 1'000'000;
    if (to->tv_nsec < 0) {
      to->tv_nsec += 1'000'000'000;
      --to->tv_sec;
    } else if (to->tv_nsec >= 1'000'000'000) {
      to->tv_nsec -= 1'000'000'000;
      ++to->tv_sec;
    }
  }
  return static_cast<int>(done);
}

int gettimeofday(timeval* to, void* /*zone*/) noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  *to = {now.tv_sec, now.tv_nsec / 1000};
  return 0;
}

time_t time(time_t* to) noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  if (to != nullptr) {
    *to = now.tv_sec;
  }
  return now.tv_sec;
}
}
