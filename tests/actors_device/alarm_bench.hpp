#pragma once

#include "tests/actors_device/device_bench.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace muster::test {

/// A device whose alarms are changed as applications do it: the row is read for each command.
struct alarm_bench : device_bench {
  using device_bench::device_bench;

  reply save(alarm what) {
    auto stored = read_row(what.id);
    return answer(application(save_alarm{std::move(what), "b@x", std::move(stored)}));
  }
  reply save(std::string type, alarm_severity severity = alarm_severity::major) {
    alarm what;
    what.type = std::move(type);
    what.severity = severity;
    return save(std::move(what));
  }
  reply change(const alarm_id& id, alarm_action action, std::optional<user_id> assignee = {}) {
    return answer(application(change_alarm{id, action, assignee, "b@x", read_row(id)}));
  }
  /// By an administrator with that row in hand.
  reply change_with(const alarm& row, alarm_action action) {
    return answer(application(
        change_alarm{row.id, action, std::nullopt, {}, std::make_shared<const alarm>(row)}));
  }
  reply comment(const alarm_id& id, std::string text) {
    comment_alarm what{{}, comment_alarm::kind::added, read_row(id)};
    what.comment.alarm = id;
    what.comment.user = user_id{};
    what.comment.comment.text = std::move(text);
    return answer(application(std::move(what)));
  }

  std::shared_ptr<const alarm> read_row(const alarm_id& id) {
    auto row = rows->read_alarm(id).value();
    return row ? std::make_shared<const alarm>(std::move(*row)) : nullptr;
  }
  std::vector<alarm> all() {
    page_link link;
    link.size = 1'000;
    return rows->list_alarms({some_tenant()}, link).value().data;
  }
  std::vector<alarm_comment> comments(const alarm_id& id) {
    page_link link;
    link.size = 1'000;
    return rows->list_alarm_comments(id, link).value().data;
  }
};

} // namespace muster::test
