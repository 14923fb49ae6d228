#include "persistence/rocksdb/batch_steps.hpp"
#include "persistence/rocksdb/directory_batch.hpp"

namespace muster::persistence::rocks {

void directory_batch::add(const put_rule_event& row) {
  const auto& event = row.event;
  put_listed(keys::of_rule_event(event.node, event.created, event.id), encoded(event));
}

void directory_batch::add(const erase_rule_events& row) {
  if (row.start >= row.end) {
    return;
  }
  // Newest first.
  std::string begin = keys::of_rule_event_time(row.node, row.end - 1);
  std::string end = keys::after(keys::of_rule_event_time(row.node, row.start));
  std::erase_if(listed_, [&](const auto& one) { return one.first >= begin && one.first < end; });
  ranges_.emplace_back(std::move(begin), std::move(end));
}

} // namespace muster::persistence::rocks
