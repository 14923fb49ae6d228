#include "tools/inspect/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace muster::inspect {

namespace {

bool is_number(const std::string& cell) {
  return !cell.empty() && std::isdigit(static_cast<unsigned char>(cell.front())) != 0;
}

/// Characters, not bytes.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

} // namespace

void table::print(std::ostream& to) const {
  std::vector<std::size_t> widths;
  for (const auto& head : heads_) {
    widths.push_back(width_of(head));
  }
  for (const auto& row : rows_) {
    for (std::size_t at = 0; at < row.size(); ++at) {
      widths[at] = std::max(widths[at], width_of(row[at]));
    }
  }
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string out;
    for (std::size_t at = 0; at < cells.size(); ++at) {
      const std::string blanks(widths[at] - width_of(cells[at]), ' ');
      out += is_number(cells[at]) ? blanks + cells[at] : cells[at] + blanks;
      out += at + 1 < cells.size() ? "  " : "";
    }
    out.erase(out.find_last_not_of(' ') + 1);
    to << out << '\n';
  };
  line(heads_);
  for (const auto& row : rows_) {
    line(row);
  }
}

std::string bytes_text(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 5> units{"B", "KiB", "MiB", "GiB", "TiB"};
  auto size = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; size >= 1024 && unit + 1 < units.size(); ++unit) {
    size /= 1024;
  }
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", size, units[unit]);
}

} // namespace muster::inspect
