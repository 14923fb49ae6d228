#pragma once

#include "persistence/encoding/row_reader.hpp"
#include "persistence/encoding/row_writer.hpp"

#include <optional>
#include <string>

namespace muster::persistence {

// Fields of rows that may be absent.

template <class Id>
void write_id(row_writer& out, const std::optional<Id>& id) {
  out.maybe(id, [&](const Id& present) { out.id(present.value); });
}

template <class Id>
void read_id(row_reader& in, std::optional<Id>& id) {
  in.maybe(id, [&](Id& present) { present.value = in.id(); });
}

inline void write_text(row_writer& out, const std::optional<std::string>& text) {
  out.maybe(text, [&](const std::string& present) { out.text(present); });
}

inline void read_text(row_reader& in, std::optional<std::string>& text) {
  in.maybe(text, [&](std::string& present) { present = in.text(); });
}

} // namespace muster::persistence
