#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace muster::bench {

/// A device as the generator knows it.
struct device {
  std::string_view token;
  /// Its identifier in the application API.
  std::string_view id;
};

/// The devices of a fleet file: one line each, `<token> <id>`. A million of them take 60 MB.
class fleet {
public:
  /// Throws failure when the file can't be read, holds another line or fewer than one device.
  /// `limit`: only the first so many; 0: all.
  static fleet read(const std::string& path, std::size_t limit);

  std::size_t size() const noexcept { return starts_.size(); }
  device at(std::size_t index) const;

private:
  std::string text_;
  /// Where each line begins.
  std::vector<std::size_t> starts_;
};

/// The token of the number-th device that the generator makes itself.
std::string token_of(std::size_t number);

} // namespace muster::bench
