#include "persistence/postgres/alarm_tables.hpp"

#include "persistence/postgres/json_io.hpp"

namespace muster::persistence::postgres {

std::string shown_text(const uuid& entity) {
  return " " + to_string(entity) + " ";
}

stored_alarm to_stored(const alarm& row) {
  stored_alarm stored{row, {}, {}};
  json_writer types;
  types.raw('[');
  for (std::size_t i = 0; i < row.propagation.relation_types.size(); ++i) {
    types.raw(i == 0 ? "" : ",");
    types.text(row.propagation.relation_types[i]);
  }
  types.raw(']');
  stored.relation_types = types.take();
  for (const auto& entity : row.shown_at) {
    stored.shown_at += shown_text(entity);
  }
  return stored;
}

result<alarm> from_stored(stored_alarm&& row) {
  constexpr std::size_t id_size = 36;
  json_reader types(row.relation_types);
  types.need('[');
  while (!types.failed() && !types.skip(']')) {
    row.row.propagation.relation_types.push_back(types.text());
    types.skip(',');
  }
  bool whole = !types.failed() && types.at_end();
  for (std::size_t at = 1; whole && at < row.shown_at.size(); at += id_size + 2) {
    const auto id = parse_uuid(std::string_view(row.shown_at).substr(at, id_size));
    whole = id.has_value();
    row.row.shown_at.push_back(id.value_or(uuid{}));
  }
  return whole ? result<alarm>(std::move(row.row))
               : fail(error_code::storage_unavailable, "a stored alarm cannot be read");
}

} // namespace muster::persistence::postgres
