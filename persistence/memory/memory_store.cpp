#include "persistence/memory/memory_store.hpp"

#include "persistence/directory/lower_case.hpp"
#include "persistence/directory/order.hpp"
#include "persistence/memory/state.hpp"
#include "persistence/timeseries/expiry.hpp"

#include <algorithm>
#include <iterator>
#include <mutex>
#include <ranges>
#include <tuple>

namespace muster::persistence {

namespace memory {

namespace {

class plain_store final : public memory_store {
public:
  plain_store(const clock_source& clock, memory_store_options options)
      : clock_(clock), options_(options) {
    epochs_.fill(first_epoch);
  }

  std::vector<write_outcome> commit(std::span<const write> batch) override {
    const std::lock_guard lock(mutex_);
    std::vector<write_outcome> outcomes(batch.size());
    if (failing_commits_ > 0) {
      --failing_commits_;
      std::ranges::fill(outcomes, write_outcome{write_outcome::kind::failed, refusal()});
      return outcomes;
    }
    for (std::size_t i = 0; i < batch.size(); ++i) {
      outcomes[i] = carry_out(batch[i]);
    }
    return outcomes;
  }

  result<std::optional<device_rows>> read_device(const device_id& device) override;
  result<std::optional<device_info>> read_device_info(const device_id& device) override {
    return read([&](const state& all) {
      const auto found = all.devices.find(device);
      return found == all.devices.end() ? std::nullopt : found->second.info;
    });
  }
  result<std::optional<token_owner>> find_token(std::string_view token) override {
    return read([&](const state& all) -> std::optional<token_owner> {
      const auto* access = all.find_credentials(token);
      return access == nullptr ? std::nullopt
                               : std::optional(token_owner{access->device, access->version});
    });
  }
  result<std::optional<device_id>> find_device_by_name(const tenant_id& tenant,
                                                       std::string_view name) override {
    return read([&](const state& all) {
      const auto* info = all.find_device(tenant, name);
      return info == nullptr ? std::nullopt : std::optional(info->id);
    });
  }
  result<page<device_info>> list_devices(const tenant_id& tenant,
                                         const std::optional<customer_id>& customer,
                                         const std::optional<std::string>& type,
                                         const page_link& link) override;
  result<std::uint64_t> count_devices() override {
    return read([](const state& all) {
      return static_cast<std::uint64_t>(std::ranges::count_if(
          all.devices, [](const auto& one) { return one.second.info.has_value(); }));
    });
  }
  result<void> scan_history(const history_scan& range, timestamp now,
                            const std::function<scan_step(const append_history&)>& visit) override;
  result<std::optional<std::pair<device_id, rpc_record>>> read_rpc(const rpc_id& id) override {
    return read([&](const state& all) -> std::optional<std::pair<device_id, rpc_record>> {
      for (const auto& [device, entry] : all.devices) {
        const auto found = entry.rpcs.find(id);
        if (found != entry.rpcs.end() && is_kept(found->second)) {
          return std::pair(device, found->second.record);
        }
      }
      return std::nullopt;
    });
  }
  result<page<rpc_record>> list_rpcs(const device_id& device,
                                     const std::optional<rpc_status>& status,
                                     const page_link& link) override;
  result<std::vector<due_entry>> read_due(shard_id shard, timestamp until,
                                          std::size_t limit) override;

  result<std::optional<user>> read_user(const user_id& id) override {
    return find(&state::users, id);
  }
  result<std::optional<user>> find_user_by_email(std::string_view email) override {
    return read([&](const state& all) { return copy(all.find_user(email)); });
  }
  result<std::optional<tenant>> read_tenant(const tenant_id& id) override {
    return find(&state::tenants, id);
  }
  result<std::optional<customer>> read_customer(const customer_id& id) override {
    return find(&state::customers, id);
  }
  result<std::optional<device_profile>> read_profile(const profile_id& id) override {
    return find(&state::profiles, id);
  }
  result<std::optional<device_profile>> find_profile_by_name(const tenant_id& tenant,
                                                             std::string_view name) override {
    return read([&](const state& all) { return copy(all.find_profile(tenant, name)); });
  }
  result<std::optional<device_profile>> find_default_profile(const tenant_id& tenant) override {
    return read([&](const state& all) -> std::optional<device_profile> {
      const auto found = all.default_profiles.find(tenant);
      return found == all.default_profiles.end() ? std::nullopt
                                                 : std::optional(all.profiles.at(found->second));
    });
  }
  result<std::vector<put_revocation>> read_revocations() override {
    return read([&](const state& all) {
      std::vector<put_revocation> kept;
      for (const auto& [subject, row] : all.revocations) {
        if (row.expires == 0 || clock_.now().wall <= row.expires) {
          kept.push_back(row);
        }
      }
      return kept;
    });
  }
  result<std::optional<std::string>> read_setting(std::string_view name) override {
    return find(&state::settings, name);
  }
  store_health health() const override {
    const std::lock_guard lock(mutex_);
    return {failing_commits_ > 0 ? "commits were told to fail" : "", 0, 0, 0};
  }

  void fail_commits(std::uint32_t count) override {
    const std::lock_guard lock(mutex_);
    failing_commits_ = count;
  }
  void fail_reads(std::uint32_t count) override {
    const std::lock_guard lock(mutex_);
    failing_reads_ = count;
  }
  void set_epoch(shard_id shard, shard_epoch epoch) override {
    const std::lock_guard lock(mutex_);
    epochs_.at(static_cast<std::size_t>(shard)) = epoch;
  }

private:
  static error refusal() { return {error_code::storage_unavailable, "told to fail"}; }

  write_outcome carry_out(const write& change) {
    if (change.device && epochs_.at(static_cast<std::size_t>(change.shard)) != change.epoch) {
      return {write_outcome::kind::stale_epoch, {}};
    }
    for (const auto& condition : change.preconditions) {
      if (!all_.holds(condition)) {
        return {write_outcome::kind::refused, condition.if_broken};
      }
    }
    all_.apply(change, clock_.now().wall);
    return {};
  }

  /// Calls `look` with everything under the lock.
  template <class Look>
  auto read(Look look) -> result<decltype(look(std::declval<const state&>()))> {
    const std::lock_guard lock(mutex_);
    if (failing_reads_ > 0) {
      --failing_reads_;
      return tl::unexpected(refusal());
    }
    return look(all_);
  }

  template <class Key, class Row, class Compare, class Wanted>
  result<std::optional<Row>> find(std::map<Key, Row, Compare> state::*table, const Wanted& key) {
    return read([&](const state& all) {
      const auto found = (all.*table).find(key);
      return found == (all.*table).end() ? std::nullopt : std::optional<Row>(found->second);
    });
  }

  template <class Row>
  static std::optional<Row> copy(const Row* row) {
    return row == nullptr ? std::nullopt : std::optional(*row);
  }

  bool is_kept(const stored_rpc& rpc) const {
    return rpc.open || !outlived(rpc.ended, options_.rpc_retention_seconds, clock_.now().wall);
  }

  const clock_source& clock_;
  memory_store_options options_;
  mutable std::mutex mutex_;
  state all_;
  std::array<shard_epoch, shard_count> epochs_;
  std::uint32_t failing_commits_ = 0;
  std::uint32_t failing_reads_ = 0;
};

device_rows rows_of(const device_entry& entry) {
  device_rows rows{*entry.info, entry.access, entry.counters, entry.attributes, entry.latest,
                   {},          {},           entry.dues[0],  entry.dues[1]};
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
  return rows;
}

result<std::optional<device_rows>> plain_store::read_device(const device_id& device) {
  return read([&](const state& all) -> std::optional<device_rows> {
    const auto found = all.devices.find(device);
    if (found == all.devices.end() || !found->second.info) {
      return std::nullopt;
    }
    return rows_of(found->second);
  });
}

result<page<device_info>> plain_store::list_devices(const tenant_id& tenant,
                                                    const std::optional<customer_id>& customer,
                                                    const std::optional<std::string>& type,
                                                    const page_link& link) {
  const auto property = parse_device_property(link.sort_property);
  if (!property) {
    return tl::unexpected(property.error());
  }
  return read([&](const state& all) {
    const std::string wanted = lower_case(link.text_search);
    std::map<sort_key, const device_info*> found;
    for (const auto& [id, entry] : all.devices) {
      if (entry.info && entry.info->tenant == tenant &&
          (!customer || entry.info->customer == customer) && (!type || entry.info->type == *type) &&
          lower_case(entry.info->name).find(wanted) != std::string::npos) {
        found.emplace(key_of(*entry.info, *property), &*entry.info);
      }
    }
    std::vector<const device_info*> order;
    std::ranges::copy(found | std::views::values, std::back_inserter(order));
    if (link.descending) {
      std::ranges::reverse(order);
    }
    page<device_info> rows;
    rows.total = order.size();
    const std::uint64_t first = std::uint64_t{link.page} * link.size;
    for (std::uint64_t i = first; i < order.size() && i < first + link.size; ++i) {
      rows.data.push_back(*order[i]);
    }
    rows.has_next = first + link.size < order.size();
    return rows;
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
        if (is_kept(rpc) && (!status || rpc.record.status == *status)) {
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

} // namespace

} // namespace memory

std::unique_ptr<memory_store> make_memory_store(const clock_source& clock,
                                                memory_store_options options) {
  return std::make_unique<memory::plain_store>(clock, options);
}

} // namespace muster::persistence
