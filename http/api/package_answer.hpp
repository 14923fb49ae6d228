#pragma once

#include "actors/model/package.hpp"
#include "actors/service/package_files.hpp"
#include "http/server/exchange.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace muster::http {

/// The longest piece of a package that lies in memory for one answer.
inline constexpr std::size_t package_piece_size = 64 * 1024;

/// Bytes of a package on their way into an answer.
struct package_window {
  content_digest content{};
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

/// Reads the beginning of `what`, so that what is wrong can still be told by a status. `then` is
/// called on another thread (for an empty window at once), with what `give_package` takes.
void begin_package(package_files& from, const package_window& what,
                   std::function<void(result<package_piece>)> then);

/// Makes `what` the body of `answer`: whole when it is short, else read piece by piece as the
/// client takes it. `beginning` is what `begin_package` gave.
void give_package(response& answer, package_files& from, package_window what,
                  package_piece beginning);

/// The part of `all` that `range` (the value of a Range header) asks for, and the head of the
/// answer to it: 200, 206 or 416 (then of no bytes) with the headers of a download.
[[nodiscard]] response package_head(const package_info& package, std::string_view range,
                                    package_window& all);

} // namespace muster::http
