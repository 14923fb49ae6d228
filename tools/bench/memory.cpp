#include "tools/bench/memory.hpp"

#include "tools/bench/client.hpp"

#include <fstream>
#include <sstream>

namespace muster::bench {

memory_reading read_memory(int process) {
  std::string path = "/proc/" + std::to_string(process) + "/smaps_rollup";
  std::ifstream file(path);
  memory_reading result;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string name;
    std::uint64_t kibibytes = 0;
    words >> name >> kibibytes;
    if (name == "Rss:")
      result.resident = kibibytes * 1024;
    else if (name == "Anonymous:")
      result.anonymous = kibibytes * 1024;
  }
  if (result.resident == 0)
    throw failure("cannot read " + path);
  return result;
}

} // namespace muster::bench
