#include "persistence/memory/memory_store.hpp"

#include "persistence/memory/plain_store.hpp"

#include <tuple>

namespace muster::persistence {

namespace memory {

namespace {

void add_outbox(const device_entry& entry, device_rows& to) {
  for (const auto& [number, content] : entry.outbox) {
    to.outbox.push_back({number, content});
  }
}

/// Of one that is no device.
std::optional<device_rows> left_of(const device_entry& entry) {
  device_rows rows;
  rows.exists = false;
  rows.due_outbox = entry.dues[static_cast<std::size_t>(due_kind::outbox)];
  add_outbox(entry, rows);
  return rows.outbox.empty() && !rows.due_outbox ? std::nullopt : std::optional(std::move(rows));
}

device_rows rows_of(const device_entry& entry) {
  device_rows rows{*entry.info,
                   entry.access.now,
                   entry.counters,
                   entry.attributes,
                   entry.latest,
                   {},
                   {},
                   entry.dues[0],
                   entry.dues[1],
                   {},
                   entry.dues[2],
                   {},
                   entry.dues[3]};
  add_outbox(entry, rows);
  for (const auto& [key, row] : entry.history) {
    if (row.ts >= entry.latest.newest_ts && row.arrival > entry.latest.arrival) {
      rows.journal.push_back(row);
    }
  }
  std::ranges::sort(rows.journal, {}, &append_history::arrival);
  for (const auto& [id, rpc] : entry.rpcs) {
    if (rpc.open) {
      rows.rpcs.push_back(rpc.record);
    }
  }
  std::ranges::sort(rows.rpcs, {}, &rpc_record::number);
  for (const auto& [id, row] : entry.alarms) {
    if (!row.cleared) {
      rows.alarms.push_back(row);
    }
  }
  return rows;
}

} // namespace

result<std::optional<device_rows>> plain_store::read_device(const device_id& device) {
  return read([&](const state& all) -> std::optional<device_rows> {
    const auto found = all.devices.find(device);
    if (found == all.devices.end()) {
      return std::nullopt;
    }
    return found->second.info ? rows_of(found->second) : left_of(found->second);
  });
}

result<void>
plain_store::scan_history(const history_scan& range, timestamp now,
                          const std::function<scan_step(const append_history&)>& visit) {
  auto rows = read([&](const state& all) {
    std::vector<append_history> found;
    const auto device = all.devices.find(range.device);
    if (device == all.devices.end()) {
      return found;
    }
    for (const auto& [key, row] : device->second.history) {
      if (row.ts >= range.start && row.ts < range.end &&
          !history_expired(row.ts, row.expires, options_.retention_seconds, now)) {
        found.push_back(row);
      }
    }
    if (range.descending) {
      std::ranges::reverse(found);
    }
    return found;
  });
  if (!rows) {
    return tl::unexpected(rows.error());
  }
  for (const auto& row : *rows) {
    if (visit(row) == scan_step::stop) {
      break;
    }
  }
  return {};
}

result<page<rpc_record>> plain_store::list_rpcs(const device_id& device,
                                                const std::optional<rpc_status>& status,
                                                const page_link& link) {
  auto all_rpcs = read([&](const state& all) {
    std::vector<rpc_record> found;
    const auto entry = all.devices.find(device);
    if (entry != all.devices.end()) {
      for (const auto& [id, rpc] : entry->second.rpcs) {
        if (is_shown(rpc) && (!status || rpc.record.status == *status)) {
          found.push_back(rpc.record);
        }
      }
    }
    return found;
  });
  if (!all_rpcs) {
    return tl::unexpected(all_rpcs.error());
  }
  return page_of(std::move(*all_rpcs), link);
}

result<std::vector<due_entry>> plain_store::read_due(shard_id shard, timestamp until,
                                                     std::size_t limit) {
  return read([&](const state& all) {
    std::vector<due_entry> found;
    for (const auto& [id, entry] : all.devices) {
      for (std::size_t kind = 0; kind < entry.dues.size(); ++kind) {
        if (shard_of(id) == shard && entry.dues[kind] && *entry.dues[kind] <= until) {
          found.push_back({*entry.dues[kind], id, static_cast<due_kind>(kind)});
        }
      }
    }
    std::ranges::sort(found, [](const due_entry& a, const due_entry& b) {
      return std::tie(a.at, a.device, a.kind) < std::tie(b.at, b.device, b.kind);
    });
    found.resize(std::min(found.size(), limit));
    return found;
  });
}

} // namespace memory

std::unique_ptr<memory_store> make_memory_store(const clock_source& clock,
                                                memory_store_options options) {
  return std::make_unique<memory::plain_store>(clock, options);
}

} // namespace muster::persistence
