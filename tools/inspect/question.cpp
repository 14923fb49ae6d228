#include "tools/inspect/question.hpp"

#include <unistd.h>

#include <iostream>

namespace muster::inspect {

bool confirmed(bool yes, const std::string& question) {
  if (yes) {
    return true;
  }
  if (isatty(STDIN_FILENO) == 0) {
    std::cerr << "muster-inspect: " << question << " Say so with --yes\n";
    return false;
  }
  std::cout << question << " [y/N] " << std::flush;
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "yes";
}

} // namespace muster::inspect
