#include "tools/import/progress.hpp"

#include <unistd.h>

#include <cstdio>

namespace muster::import {

namespace {

constexpr std::chrono::milliseconds on_terminal{200};
constexpr std::chrono::seconds in_file{10};
constexpr std::size_t width = 30;

} // namespace

progress::progress(std::string what, std::uint64_t total)
    : what_{std::move(what)}, total_{total}, terminal_{isatty(STDERR_FILENO) != 0},
      started_{std::chrono::steady_clock::now()}, drawn_{started_} {}

void progress::add(std::uint64_t done) {
  done_ += done;
  const auto now = std::chrono::steady_clock::now();
  const std::unique_lock lock{mutex_, std::try_to_lock};
  const auto pause = terminal_ ? std::chrono::duration_cast<std::chrono::milliseconds>(on_terminal)
                               : std::chrono::duration_cast<std::chrono::milliseconds>(in_file);
  if (lock && now - drawn_ >= pause) {
    drawn_ = now;
    draw(false);
  }
}

void progress::finish() {
  const std::lock_guard lock{mutex_};
  draw(true);
}

void progress::draw(bool last) {
  const std::uint64_t done = done_;
  const double share = total_ == 0 ? 1.0 : static_cast<double>(done) / static_cast<double>(total_);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
  const double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
  const double left = rate > 0 && total_ > done ? static_cast<double>(total_ - done) / rate : 0;
  std::string bar;
  if (terminal_) {
    const auto full = static_cast<std::size_t>(share * width);
    bar = " [" + std::string(full, '#') + std::string(width - full, '.') + ']';
  }
  std::fprintf(stderr, "%s%s%s %llu of %llu (%.0f %%), %.0f/s, %.0f s left%s",
               terminal_ ? "\r" : "", what_.c_str(), bar.c_str(),
               static_cast<unsigned long long>(done), static_cast<unsigned long long>(total_),
               share * 100, rate, left, terminal_ && !last ? "\033[K" : "\n");
}

} // namespace muster::import
