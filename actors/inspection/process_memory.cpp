#include "actors/inspection/process_memory.hpp"

#include <cstddef>
#include <fstream>
#include <string>

/// jemalloc's, where the program is linked to it.
extern "C" int mallctl(const char* name, void* old_value, std::size_t* old_size, void* new_value,
                       std::size_t new_size) __attribute__((weak));

namespace muster {

namespace {

std::optional<std::uint64_t> heap_in_use() {
  if (mallctl == nullptr) {
    return std::nullopt;
  }
  // The figures are of the last time that this was raised.
  std::uint64_t epoch = 1;
  std::size_t size = sizeof epoch;
  mallctl("epoch", &epoch, &size, &epoch, sizeof epoch);
  std::size_t allocated = 0;
  size = sizeof allocated;
  if (mallctl("stats.allocated", &allocated, &size, nullptr, 0) != 0) {
    return std::nullopt;
  }
  return allocated;
}

} // namespace

process_memory read_process_memory() {
  process_memory found;
  std::ifstream file("/proc/self/status");
  constexpr std::uint64_t kilobyte = 1'024;
  for (std::string line; std::getline(file, line);) {
    const auto bytes_of = [&](const char* name) -> std::optional<std::uint64_t> {
      return line.starts_with(name)
                 ? std::optional(std::stoull(line.substr(std::string(name).size())) * kilobyte)
                 : std::nullopt;
    };
    found.resident = bytes_of("VmRSS:").value_or(found.resident);
    found.anonymous = bytes_of("RssAnon:").value_or(found.anonymous);
    found.files = bytes_of("RssFile:").value_or(found.files);
  }
  found.heap = heap_in_use();
  return found;
}

} // namespace muster
