#include "tools/bench/fleet.hpp"

#include "tools/bench/client.hpp"

#include <fmt/format.h>

#include <fstream>
#include <sstream>

namespace muster::bench {

fleet fleet::read(const std::string& path, std::size_t limit) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream all;
  if (!file || !(all << file.rdbuf()))
    throw failure("cannot read the fleet file " + path);
  fleet result;
  result.text_ = std::move(all).str();
  for (std::size_t at = 0; at < result.text_.size();) {
    if (limit != 0 && result.starts_.size() == limit)
      break;
    auto end = result.text_.find('\n', at);
    auto blank = result.text_.find(' ', at);
    if (end == std::string::npos || blank == std::string::npos || blank > end)
      throw failure("not a fleet file: " + path);
    result.starts_.push_back(at);
    at = end + 1;
  }
  if (result.starts_.empty() || result.starts_.size() < limit)
    throw failure("the fleet file " + path + " holds only " +
                  std::to_string(result.starts_.size()) + " devices");
  return result;
}

device fleet::at(std::size_t index) const {
  std::string_view line = std::string_view(text_).substr(starts_[index]);
  line = line.substr(0, line.find('\n'));
  auto blank = line.find(' ');
  return {line.substr(0, blank), line.substr(blank + 1)};
}

std::string token_of(std::size_t number) {
  return fmt::format("BENCH{:015}", number);
}

} // namespace muster::bench
