#include "actors/model/random.hpp"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>

namespace muster {

namespace {

/// The kernel never gives less at once for up to so many, once its pool is ready.
constexpr std::size_t drawn_at_once = 256;

class random_source {
public:
  void take(unsigned char* into, std::size_t size) {
    while (size > 0) {
      if (left_ == 0) {
        draw();
      }
      const std::size_t count = std::min(size, left_);
      unsigned char* from = drawn_.data() + drawn_.size() - left_;
      std::memcpy(into, from, count);
      // What was handed out may be a secret by now.
      std::memset(from, 0, count);
      into += count;
      size -= count;
      left_ -= count;
    }
  }

private:
  void draw() {
    // Without it nothing is safe.
    if (getrandom(drawn_.data(), drawn_.size(), 0) != static_cast<ssize_t>(drawn_.size())) {
      std::abort();
    }
    left_ = drawn_.size();
  }

  std::array<unsigned char, drawn_at_once> drawn_{};
  std::size_t left_ = 0;
};

thread_local random_source source;

} // namespace

void random_bytes(void* into, std::size_t size) {
  source.take(static_cast<unsigned char*>(into), size);
}

std::uint64_t random_number() {
  std::uint64_t drawn = 0;
  random_bytes(&drawn, sizeof(drawn));
  return (drawn >> 11) + 1;
}

} // namespace muster
