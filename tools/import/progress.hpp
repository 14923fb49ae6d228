#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

namespace muster::import {

/// Shows how far a long work is, on standard error: a bar that is redrawn on a terminal, else a
/// line every ten seconds. Any thread.
class progress {
public:
  progress(std::string what, std::uint64_t total);

  void add(std::uint64_t done);
  /// Draws the last state and ends the line.
  void finish();

private:
  void draw(bool last);

  const std::string what_;
  const std::uint64_t total_;
  const bool terminal_;
  const std::chrono::steady_clock::time_point started_;
  std::atomic<std::uint64_t> done_ = 0;
  std::mutex mutex_;
  std::chrono::steady_clock::time_point drawn_;
};

} // namespace muster::import
