#pragma once

#include "persistence/postgres/connection.hpp"
#include "persistence/store/mutation.hpp"

#include <vector>

namespace muster::persistence::postgres {

/// Events of rule nodes of one batch. The mutations outlive it.
class rule_event_rows {
public:
  void add(const put_rule_event& row) { events_.push_back(&row.event); }
  /// What was added before included.
  void add(const erase_rule_events& row);

  void queue(connection& to);

private:
  std::vector<const rule_event*> events_;
  std::vector<const erase_rule_events*> gone_;
};

} // namespace muster::persistence::postgres
