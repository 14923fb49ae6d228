#pragma once

#include "actors/model/time.hpp"

#include <cstdint>
#include <random>

namespace muster::test {

/// All chance there is in a simulation, from one seed.
class dice {
public:
  explicit dice(std::uint64_t seed) : random_(seed) {}

  bool chance(double probability) { return real(0, 1) < probability; }
  milliseconds between(milliseconds least, milliseconds most) {
    return std::uniform_int_distribution<milliseconds>(least, most)(random_);
  }
  std::size_t below(std::size_t end) {
    return std::uniform_int_distribution<std::size_t>(0, end - 1)(random_);
  }
  double real(double least, double most) {
    return std::uniform_real_distribution<double>(least, most)(random_);
  }

private:
  std::mt19937_64 random_;
};

} // namespace muster::test
