#include "persistence/postgres/rule_event_rows.hpp"

#include "persistence/postgres/statements.hpp"

namespace muster::persistence::postgres {

void rule_event_rows::add(const erase_rule_events& row) {
  std::erase_if(events_, [&](const rule_event* one) {
    return one->node == row.node && one->created >= row.start && one->created < row.end;
  });
  gone_.push_back(&row);
}

void rule_event_rows::queue(connection& to) {
  for (const auto* one : gone_) {
    to.queue("delete from rule_event where node = $1 and created >= $2 and created < $3",
             parameters().id(one->node).number(one->start).number(one->end));
  }
  row_batch<rule_event> added;
  for (const auto* one : events_) {
    added.add(*one);
  }
  added.queue_new(to);
  gone_.clear();
  events_.clear();
}

} // namespace muster::persistence::postgres
