#include "tests/support/history/recorded.hpp"

#include <fstream>
#include <iostream>

/// check_history FILE
int main(int count, char** arguments) {
  std::ifstream lines(count == 2 ? arguments[1] : "");
  if (!lines) {
    std::cerr << "check_history FILE\n";
    return 2;
  }
  return muster::test::check_recorded(lines, std::cout);
}
