#include "persistence/rocksdb/batch_steps.hpp"
#include "persistence/rocksdb/directory_batch.hpp"

#include <algorithm>

namespace muster::persistence::rocks {

namespace {

using keys::directory_kind;

/// Of all lists that the alarm is in.
std::vector<std::string> listed_keys(const alarm& row) {
  std::vector<uuid> parts{{}, row.originator.value};
  if (row.customer) {
    parts.push_back(row.customer->value);
  }
  // The tenant has them all.
  std::ranges::copy_if(row.shown_at, std::back_inserter(parts), [&](const uuid& entity) {
    return entity != row.tenant.value && std::ranges::find(parts, entity) == parts.end();
  });
  std::vector<std::string> all;
  for (const auto& part : parts) {
    all.push_back(keys::of_alarm_listed({row.tenant.value, part}, row.created, row.id));
  }
  return all;
}

template <class Row>
bool is_of(const std::string& bytes, const device_id& device, device_id Row::*member) {
  Row row;
  return decode(bytes, row) && row.*member == device;
}

} // namespace

void directory_batch::add(const put_alarm& row) {
  if (row.old) {
    for (auto& key : listed_keys(*row.old)) {
      erase_row(std::move(key));
    }
  }
  alarm listed = row.now;
  listed.details.text.clear();
  const std::string bytes = encoded(listed);
  for (auto& key : listed_keys(row.now)) {
    put_row(std::move(key), std::string(bytes));
  }
  put_row(keys::of_directory(directory_kind::alarm, row.now.id.value),
          encoded(alarm_place{row.now.originator, row.now.version}));
}

void directory_batch::add(const erase_alarm& row) {
  for (auto& key : listed_keys(row.old)) {
    erase_row(std::move(key));
  }
  erase_row(keys::of_directory(directory_kind::alarm, row.old.id.value));
}

void directory_batch::erase_places_put_for(const device_id& device) {
  for (auto& [key, bytes] : rows_) {
    if (!bytes || key.empty()) {
      continue;
    }
    const auto kind = static_cast<directory_kind>(key.front());
    const bool gone =
        (kind == directory_kind::rpc && is_of(*bytes, device, &rpc_place::device)) ||
        (kind == directory_kind::alarm && is_of(*bytes, device, &alarm_place::device)) ||
        (kind == directory_kind::alarm_listed && is_of(*bytes, device, &alarm::originator));
    if (gone) {
      versions_.erase(key);
      bytes.reset();
    }
  }
}

} // namespace muster::persistence::rocks
