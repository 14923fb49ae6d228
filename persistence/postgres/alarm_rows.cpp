#include "persistence/postgres/alarm_tables.hpp"
#include "persistence/postgres/batch_rows.hpp"

namespace muster::persistence::postgres {

void batch_rows::queue_alarms() {
  row_batch<stored_alarm> kept;
  array gone(sql_type::uuid);
  for (const auto& [id, row] : alarms_) {
    if (row == nullptr) {
      gone.id(id.value);
    } else {
      kept.add(to_stored(*row));
    }
  }
  if (gone.size() > 0) {
    const auto ids = parameters().list(gone);
    to_.queue("delete from alarm where id = any($1)", ids);
    to_.queue("delete from alarm_comment where alarm = any($1)", ids);
  }
  kept.queue(to_);
  row_batch<stored_alarm_comment> comments;
  for (const auto& [id, one] : comments_) {
    comments.add({*one.second, one.first});
  }
  comments.queue(to_);
  alarms_.clear();
  comments_.clear();
}

} // namespace muster::persistence::postgres
