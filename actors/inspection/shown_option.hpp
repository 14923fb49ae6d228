#pragma once

#include <string>

namespace muster {

/// An option of the node with its effective value.
struct shown_option {
  std::string name;
  std::string value;
  /// `default`, `command line`, `environment` or the file.
  std::string from;
};

} // namespace muster
