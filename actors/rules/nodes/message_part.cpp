#include "actors/rules/nodes/message_part.hpp"

namespace muster {

message_part read_part(configuration_reader& from, std::string_view name, message_part usual,
                       std::string_view old, message_part meant) {
  if (from.member(name) == nullptr && from.member(old) != nullptr) {
    const auto other = meant == message_part::body ? message_part::metadata : message_part::body;
    return from.flag(old, false) ? meant : other;
  }
  const std::size_t place =
      from.choice(name, {"METADATA", "DATA"}, usual == message_part::metadata ? 0 : 1);
  return place == 0 ? message_part::metadata : message_part::body;
}

} // namespace muster
