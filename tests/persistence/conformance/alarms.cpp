#include "tests/persistence/conformance/alarms.hpp"

#include "persistence/directory/entity_lists.hpp"
#include "tests/persistence/conformance/entity_lists.hpp"

#include <rapidcheck.h>

#include <set>

namespace muster::test {

using namespace persistence;

namespace {

class alarm_comparison {
public:
  alarm_comparison(store& given, const model& expected, const world& where, tape& choices,
                   timestamp now)
      : given_(given), expected_(expected), where_(where), choices_(choices), now_(now) {}

  void all() {
    for (const auto& device : where_.devices) {
      for (const auto& id : where_.alarms_of(device)) {
        one(id);
      }
    }
    for (int i = 0; i < 6; ++i) {
      lists();
    }
    types();
  }

private:
  void one(const alarm_id& id) {
    const auto all = expected_.alarms();
    const auto wanted = std::ranges::find(all, id, &alarm::id);
    const auto found = given_.read_alarm(id).value();
    RC_ASSERT(found.has_value() == (wanted != all.end()));
    RC_ASSERT((!found || *found == *wanted));
    auto comments = expected_.comments_of(id);
    for (const auto& comment : comments) {
      RC_ASSERT(given_.read_alarm_comment(id, comment.id).value() == comment);
    }
    RC_ASSERT_FALSE(given_.read_alarm_comment(id, alarm_comment_id{}).value().has_value());
    const auto link = any_link(choices_, {"", "createdTime"});
    check_page(given_.list_alarm_comments(id, link).value(), page_of(std::move(comments), link));
  }

  alarm_list any_list() {
    alarm_list which{choices_.one_of(where_.tenants)};
    auto& filter = which.filter;
    if (choices_.pick(3) == 2) {
      which.customer = choices_.one_of(where_.customers);
    }
    switch (choices_.pick(5)) {
    case 0:
      filter.entity = which.tenant.value;
      break;
    case 1:
      filter.entity = choices_.one_of(where_.customers).value;
      break;
    case 2:
      filter.entity = choices_.one_of(where_.devices).value;
      break;
    default:
      break;
    }
    filter.cleared = choices_.pick(3) == 2 ? std::optional(choices_.coin()) : std::nullopt;
    filter.acknowledged = choices_.pick(3) == 2 ? std::optional(choices_.coin()) : std::nullopt;
    if (choices_.pick(4) == 3) {
      filter.severities = {alarm_severity::major, alarm_severity::warning};
      filter.types = {choices_.one_of(where_.names), choices_.one_of(where_.names)};
    }
    filter.assignee =
        choices_.pick(4) == 3 ? std::optional(choices_.one_of(where_.users)) : std::nullopt;
    if (choices_.pick(3) == 2) {
      filter.start = choices_.one_of(std::vector<timestamp>{-1, 0, 1, now_ - 3'600'000});
      filter.end = choices_.one_of(std::vector<timestamp>{0, 1, now_});
    }
    return which;
  }

  void lists() {
    const auto which = any_list();
    auto link = any_link(choices_, {"", "createdTime", "startTs", "endTs", "ackTs", "clearTs",
                                    "assignTs", "type", "severity", "status"});
    if (choices_.pick(5) == 4) {
      link.text_search = choices_.coin() ? "Maj" : "Unack";
    }
    std::vector<alarm> wanted;
    std::optional<alarm_severity> highest;
    for (const auto& row : expected_.alarms()) {
      const auto holds = [&](std::string_view text) {
        return lower(std::string(text)).find(lower(link.text_search)) != std::string::npos;
      };
      if (!is_wanted(row, which)) {
        continue;
      }
      highest = std::min(highest.value_or(row.severity), row.severity);
      if (holds(row.type) || holds(severity_name(row.severity)) || holds(alarm_status(row))) {
        wanted.push_back(row);
      }
    }
    check_page(given_.list_alarms(which, link).value(), page_of(std::move(wanted), link));
    RC_ASSERT(given_.highest_severity(which).value() == highest);
  }

  static bool is_wanted(const alarm& row, const alarm_list& which) {
    const auto& filter = which.filter;
    const auto has = [](const auto& all, const auto& one) {
      return all.empty() || std::ranges::count(all, one) > 0;
    };
    if (row.tenant != which.tenant || (which.customer && row.customer != which.customer)) {
      return false;
    }
    if (filter.entity && row.originator.value != *filter.entity &&
        std::ranges::count(row.shown_at, *filter.entity) == 0) {
      return false;
    }
    return row.cleared == filter.cleared.value_or(row.cleared) &&
           row.acknowledged == filter.acknowledged.value_or(row.acknowledged) &&
           has(filter.severities, row.severity) && has(filter.types, row.type) &&
           (!filter.assignee || row.assignee == filter.assignee) && row.created >= filter.start &&
           row.created <= filter.end;
  }

  void types() {
    const auto which = any_list();
    const auto link = any_link(choices_, {""});
    std::set<std::string> all;
    for (const auto& row : expected_.alarms()) {
      if (is_wanted(row, which)) {
        all.insert(row.type);
      }
    }
    check_page(given_.list_alarm_types(which, link).value(),
               result<page<std::string>>(page_of_types(all, lower(link.text_search), link)));
  }

  template <class Row>
  static void check_page(const page<Row>& given, const result<page<Row>>& wanted) {
    RC_ASSERT(given.total == wanted.value().total);
    RC_ASSERT(given.has_next == wanted.value().has_next);
    RC_ASSERT((given.data == wanted.value().data));
  }

  store& given_;
  const model& expected_;
  const world& where_;
  tape& choices_;
  timestamp now_;
};

} // namespace

void check_alarms(store& given, const model& expected, const world& where, tape& choices,
                  timestamp now) {
  alarm_comparison(given, expected, where, choices, now).all();
}

} // namespace muster::test
