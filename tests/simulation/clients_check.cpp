#include "tests/simulation/clients.hpp"

#include <set>
#include <utility>

namespace muster::test {

namespace {

std::string text_of(const register_operation& what) {
  const bool wrote = what.what == register_operation::kind::write;
  return (wrote ? "write " : "read ") + what.value.value_or("nothing") + " from " +
         std::to_string(what.start) + " to " +
         (what.end == register_operation::never ? "?" : std::to_string(what.end));
}

} // namespace

void clients::check() {
  for (const auto& one : registers_) {
    if (const auto found = find_violation(one->history)) {
      std::string text = "register " + std::to_string(one->device.value.bytes[15]) + "/" +
                         std::to_string(static_cast<int>(one->scope)) + ": " + found->why;
      for (const std::size_t i : found->operations) {
        text += "\n    " + text_of(one->history[i]);
      }
      world_.wrong(std::move(text));
    }
  }
  check_messages();
}

void clients::check_messages() {
  std::multiset<std::pair<device_id, std::int64_t>> stored;
  for (const auto& device : devices_) {
    const persistence::history_scan all{device, 0, INT64_MAX, false};
    (void) common_.rows().scan_history(all, 0, [&](const persistence::append_history& row) {
      stored.emplace(device, std::get<std::int64_t>(row.values.front().val));
      return persistence::scan_step::go_on;
    });
  }
  for (const auto& one : messages_) {
    const auto times = stored.count({one.device, one.value});
    if (times > 1 || (times == 0 && one.acknowledged)) {
      world_.wrong("a message is stored " + std::to_string(times) + " times");
    }
  }
}

} // namespace muster::test
