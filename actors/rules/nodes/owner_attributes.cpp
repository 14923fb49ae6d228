#include "actors/rules/nodes/owner_attributes.hpp"

#include <utility>

namespace muster {

bool of_owner(const rule_message& message) {
  return message.originator.kind == entity_type::customer ||
         message.originator.kind == entity_type::tenant;
}

void change_owner_attributes(attributes_work&& work, rule_message message, node_run& run) {
  work.of = message.originator;
  if (work.saved.empty() && work.deleted.empty()) {
    return run.tell(relations::success, std::move(message));
  }
  if (auto left = run.later(std::move(work), message); !left) {
    run.fail(std::move(message), left.error().message);
  }
}

void owner_attributes_changed(rule_message message, work_outcome&& outcome, node_run& run) {
  if (auto* failed = std::get_if<work_failed>(&outcome)) {
    return run.fail(std::move(message), std::move(failed->why));
  }
  run.tell(relations::success, std::move(message));
}

} // namespace muster
