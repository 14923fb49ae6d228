#include "tools/import/refusals.hpp"

#include "tools/import/csv.hpp"

namespace muster::import {

refusals::~refusals() {
  if (stream_ != nullptr) {
    std::fclose(stream_);
  }
}

void refusals::add(const std::string& place, const std::string& name, const std::string& reason) {
  const std::lock_guard lock{mutex_};
  if (count_++ == 0) {
    stream_ = std::fopen(file_.c_str(), "w");
    if (stream_ != nullptr) {
      std::fputs("place,name,reason\n", stream_);
    }
  }
  const std::string line =
      csv_field(place) + ',' + csv_field(name) + ',' + csv_field(reason) + '\n';
  if (stream_ != nullptr) {
    std::fputs(line.c_str(), stream_);
    std::fflush(stream_);
  } else {
    // The file can't be written: what was refused is told all the same.
    std::fputs(line.c_str(), stderr);
  }
}

std::uint64_t refusals::count() const {
  const std::lock_guard lock{mutex_};
  return count_;
}

} // namespace muster::import
