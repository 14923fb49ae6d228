#include "actors/registry/load_queue.hpp"

#include "actors/device/device_host.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>

namespace muster {

bool load_queue::add(const entry& what) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= most_waiting) {
      return false;
    }
    waiting_.push_back(what);
    if (reads_ == most_reads) {
      return true;
    }
    ++reads_;
  }
  if (run_([this] { read_some(); })) {
    return true;
  }
  const std::lock_guard lock(mutex_);
  if (--reads_ > 0) {
    // Those under way come to it.
    return true;
  }
  const auto own = std::ranges::find(waiting_, what.slot, &entry::slot);
  const bool waits = own != waiting_.end();
  if (waits) {
    waiting_.erase(own);
  }
  return !waits;
}

void load_queue::read_some() {
  do {
    const auto devices = take();
    if (devices.empty()) {
      return;
    }
    auto found = rows_of(devices);
    for (std::size_t i = 0; i < devices.size(); ++i) {
      deliver_(devices[i], std::move(found[i]));
    }
    // The next ones behind the reads of others that wait.
  } while (!run_([this] { read_some(); }));
}

std::vector<load_queue::entry> load_queue::take() {
  const std::lock_guard lock(mutex_);
  const auto count = static_cast<std::ptrdiff_t>(std::min(waiting_.size(), most_at_once));
  std::vector<entry> taken(waiting_.begin(), waiting_.begin() + count);
  waiting_.erase(waiting_.begin(), waiting_.begin() + count);
  reads_ -= taken.empty() ? 1 : 0;
  return taken;
}

std::vector<load_queue::rows_of_device>
load_queue::rows_of(const std::vector<entry>& devices) const {
  std::vector<device_id> ids;
  for (const auto& one : devices) {
    ids.push_back(one.slot->device);
  }
  try {
    return read_(ids);
  } catch (const std::exception& e) {
    spdlog::error("{} devices could not be read: {}", ids.size(), e.what());
  }
  const rows_of_device failed = fail(error_code::internal, "The device could not be read");
  return std::vector<rows_of_device>(ids.size(), failed);
}

} // namespace muster
