#include "actors/rules/engine/rule_message.hpp"

#include <charconv>

namespace muster {

timestamp message_time(const rule_message& message) {
  const auto given = message.metadata.find("ts");
  if (given == message.metadata.end()) {
    return message.ts;
  }
  const std::string& text = given->second;
  timestamp read = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), read);
  return failed == std::errc{} && end == text.data() + text.size() ? read : message.ts;
}

} // namespace muster
