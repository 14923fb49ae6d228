#include "persistence/rocksdb/inspection/row_kinds.hpp"

#include "persistence/rocksdb/inspection/row_names.hpp"

#include <array>

namespace muster::persistence {

namespace {

/// The byte of a key that says its kind, and its name.
std::uint8_t kind_byte(const std::string& family, std::string_view key) {
  if (family == "directory" && !key.empty()) {
    return static_cast<std::uint8_t>(key[0]);
  }
  if (family == "devices" && key.size() > keys::prefix_size) {
    return static_cast<std::uint8_t>(key[keys::prefix_size]);
  }
  return 0;
}

std::string kind_name(const std::string& family, std::uint8_t byte) {
  if (family == "directory") {
    return std::string(rocks::name_of(static_cast<keys::directory_kind>(byte)));
  }
  if (family == "devices") {
    return std::string(rocks::name_of(static_cast<keys::device_kind>(byte)));
  }
  return family == "due" ? "deadline" : "message";
}

} // namespace

result<std::vector<row_kind>> count_kinds(data_folder& data) {
  std::vector<row_kind> all;
  for (const auto& family : data_folder::families()) {
    std::array<row_kind, 256> kinds;
    auto done = data.scan(family, {}, [&](std::string_view key, std::string_view row) {
      auto& one = kinds[kind_byte(family, key)];
      ++one.rows;
      one.bytes += key.size() + row.size();
      return true;
    });
    if (!done) {
      return tl::unexpected(std::move(done.error()));
    }
    for (std::size_t byte = 0; byte < kinds.size(); ++byte) {
      if (kinds[byte].rows > 0) {
        kinds[byte].family = family;
        kinds[byte].kind = kind_name(family, static_cast<std::uint8_t>(byte));
        all.push_back(std::move(kinds[byte]));
      }
    }
  }
  return all;
}

} // namespace muster::persistence
