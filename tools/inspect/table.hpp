#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace muster::inspect {

/// Rows in columns of their own widths, for people. Numbers stand right.
class table {
public:
  explicit table(std::vector<std::string> heads) : heads_(std::move(heads)) {}

  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  void print(std::ostream& to) const;

private:
  std::vector<std::string> heads_;
  std::vector<std::vector<std::string>> rows_;
};

/// `1.5 GiB`.
std::string bytes_text(std::uint64_t bytes);

} // namespace muster::inspect
