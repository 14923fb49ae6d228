#pragma once

#include "actors/model/error.hpp"
#include "actors/model/query.hpp"
#include "actors/model/reply.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace muster {

/// What is given by that name; empty: nothing.
std::string parameter(const inspect& what, std::string_view name);
/// Error: invalid.
result<std::uint64_t> number(const inspect& what, std::string_view name, std::uint64_t usual);
/// How many rows are wanted at most (`limit`): never more than a node tells at once. Error:
/// invalid.
result<std::size_t> rows_wanted(const inspect& what, std::size_t usual);
reply as_inspected(const nlohmann::ordered_json& report);

} // namespace muster
