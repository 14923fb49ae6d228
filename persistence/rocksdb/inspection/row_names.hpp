#pragma once

#include "persistence/encoding/keys.hpp"
#include "persistence/rocksdb/tuning.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace muster::persistence::rocks {

/// Whether rows of that kind follow from others.
enum class row_role { primary, index, count, unknown };

row_role role_of(keys::directory_kind kind) noexcept;
std::string_view name_of(keys::directory_kind kind) noexcept;
std::string_view name_of(keys::device_kind kind) noexcept;

/// A key for people: `listed_by_name tenant=... part=... "thermometer" device=...`. Bytes that
/// nobody knows are hexadecimal.
std::string key_text(family which, std::string_view key);

std::string hexadecimal(std::string_view bytes);
/// nullopt: not hexadecimal.
std::optional<std::string> from_hexadecimal(std::string_view text);

} // namespace muster::persistence::rocks
