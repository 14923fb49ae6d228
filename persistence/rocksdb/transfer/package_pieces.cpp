#include "persistence/rocksdb/transfer/package_pieces.hpp"

#include "persistence/packages/checksum.hpp"

#include <algorithm>
#include <fstream>
#include <utility>

namespace muster::persistence {

namespace {

/// A line of an export has a third more.
constexpr std::size_t piece_size = std::size_t{1} << 20;

using read_piece = std::function<result<void>(std::uint64_t at, std::string&& bytes)>;

/// A package without bytes has one piece without bytes.
result<void> read_pieces(std::ifstream& from, std::uint64_t size, const read_piece& take) {
  from.clear();
  from.seekg(0);
  std::uint64_t at = 0;
  do {
    std::string bytes(static_cast<std::size_t>(std::min<std::uint64_t>(piece_size, size - at)),
                      '\0');
    if (!from.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) {
      return fail(error_code::invalid, "its file is short");
    }
    const std::uint64_t here = std::exchange(at, at + bytes.size());
    if (auto taken = take(here, std::move(bytes)); !taken) {
      return taken;
    }
  } while (at < size);
  return {};
}

} // namespace

result<void> export_package(const std::string& folder, const package_info& package,
                            const std::function<result<void>(const exported_piece&)>& visit) {
  const auto content = package.content.value_or(content_digest{});
  const std::string digest(content.begin(), content.end());
  const std::string name = hexadecimal(digest);
  std::ifstream file(folder + "/packages/" + name, std::ios::binary);
  if (!file) {
    return fail(error_code::not_found, "there is no file packages/" + name);
  }
  const auto sum = make_checksum(checksum_algorithm::sha256);
  return read_pieces(file, package.size,
                     [&](std::uint64_t, const std::string& bytes) -> result<void> {
                       sum->add(bytes);
                       return {};
                     })
      .and_then([&]() -> result<void> {
        return sum->finish() == digest
                   ? result<void>()
                   : fail(error_code::invalid, "the file packages/" + name + " is damaged");
      })
      .and_then([&] {
        return read_pieces(file, package.size, [&](std::uint64_t at, std::string&& bytes) {
          return visit({name, package.size, at, std::move(bytes)});
        });
      });
}

} // namespace muster::persistence
