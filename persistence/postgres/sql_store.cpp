#include "persistence/postgres/sql_store.hpp"

#include "persistence/postgres/reads.hpp"
#include "persistence/postgres/schema.hpp"

#include <spdlog/spdlog.h>

#include <chrono>

namespace muster::persistence {

namespace postgres {

namespace {

constexpr std::chrono::milliseconds keeper_interval{1'000};
/// While commits are not taken, or reads fail.
constexpr std::chrono::milliseconds trouble_interval{100};
constexpr std::chrono::minutes housekeeping_interval{1};

connection_options sessions_of(const postgres_options& options) {
  return {options.dsn, options.unsafe_single_copy, options.answer_timeout};
}

} // namespace

sql_store::sql_store(const postgres_options& options, const clock_source& clock)
    : options_(options), clock_(clock), commits_(sessions_of(options), book_, watch_, clock),
      reads_(sessions_of(options), options.read_sessions, watch_, [this] { hurry(); }),
      housekeeping_(options, clock) {
  if (options.keeper_thread) {
    keeper_ = std::thread([this] { keep(); });
  }
}

sql_store::~sql_store() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wanted_.notify_all();
  if (keeper_.joinable()) {
    keeper_.join();
  }
}

void sql_store::keep() {
  std::unique_lock lock(mutex_);
  auto next_round = std::chrono::steady_clock::now() + housekeeping_interval;
  auto pause = keeper_interval;
  for (;;) {
    wanted_.wait_for(lock, pause, [this] { return ending_ || hurried_; });
    if (ending_) {
      return;
    }
    hurried_ = false;
    lock.unlock();
    tend_sessions();
    if (std::chrono::steady_clock::now() >= next_round) {
      tend();
      next_round = std::chrono::steady_clock::now() + housekeeping_interval;
    }
    const bool good = commits_.trouble().empty() && !reads_.is_away();
    pause = good ? keeper_interval : trouble_interval;
    lock.lock();
  }
}

void sql_store::hurry() {
  const std::lock_guard lock(mutex_);
  hurried_ = true;
  wanted_.notify_all();
}

void sql_store::tend_sessions() {
  reads_.tend();
  commits_.tend();
}

void sql_store::tend() {
  bool more = true;
  while (more) {
    tend_sessions();
    const auto round =
        reads_.with([&](connection& session) { return housekeeping_.tend(session); });
    if (!round) {
      spdlog::warn("Housekeeping: {}", round.error().message);
    }
    const std::lock_guard lock(mutex_);
    more = round.value_or(false) && !ending_;
  }
}

result<change_notes> sql_store::read_changes(std::uint64_t since) {
  // What is committed later has a transaction number of at least the horizon. A number above it
  // comes from before a failover that lost some: all there is is told then.
  constexpr std::string_view text = R"(
with horizon as (select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as next)
select h.next, c.kind, c.key from horizon h left join change_log c
  on $1 <> 0 and c.xid >= case when $1 > h.next then 0 else $1 end)";
  return reads_.with([&](connection& session) {
    return ask(session, text, parameters().number(since)).map([](const rows& found) {
      change_notes changes{{}, static_cast<std::uint64_t>(found.number(0, 0))};
      for (std::size_t i = 0; i < found.size(); ++i) {
        if (!found.is_null(i, 1)) {
          changes.notes.push_back(
              {static_cast<change_note::kind>(found.number(i, 1)), found.id(i, 2)});
        }
      }
      return changes;
    });
  });
}

store_health sql_store::health() const {
  return {commits_.trouble(), 0, housekeeping_.bytes_on_disk(), 0};
}

result<std::optional<device_rows>> sql_store::read_device(const device_id& device) {
  return std::move(read_devices({&device, 1}).front());
}

result<std::optional<device_rows>> sql_store::view_device(const device_id& device) {
  const owned_device asked{device, {shard_of(device), {}, 0}, false};
  auto found = reads_.with([&](connection& session) {
    return postgres::read_devices(session, {&asked, 1});
  });
  return found ? std::move(found->front()) : tl::unexpected(std::move(found.error()));
}

std::vector<result<std::optional<device_rows>>>
sql_store::read_devices(std::span<const device_id> devices) {
  std::vector<result<std::optional<device_rows>>> all;
  std::vector<owned_device> readable;
  std::vector<std::size_t> places;
  for (const auto& device : devices) {
    all.emplace_back(fail(error_code::storage_unavailable,
                          "the device's shard is not this node's, or its last commit is not "
                          "settled yet"));
    if (const auto mark = book_.settled(shard_of(device))) {
      readable.push_back({device, *mark});
      places.push_back(all.size() - 1);
    }
  }
  if (readable.empty()) {
    return all;
  }
  auto found =
      reads_.with([&](connection& session) { return postgres::read_devices(session, readable); });
  for (std::size_t i = 0; i < places.size(); ++i) {
    all[places[i]] = found ? std::move((*found)[i]) : tl::unexpected(found.error());
  }
  return all;
}

result<std::optional<device_info>> sql_store::read_device_info(const device_id& device) {
  return reads_.with(
      [&](connection& session) { return postgres::read_device_info(session, device); });
}

result<std::optional<token_owner>> sql_store::find_token(std::string_view token) {
  const std::string own(token);
  return std::move(find_tokens({&own, 1}).front());
}

std::vector<result<std::optional<token_owner>>>
sql_store::find_tokens(std::span<const std::string> tokens) {
  auto found =
      reads_.with([&](connection& session) { return postgres::find_tokens(session, tokens); });
  std::vector<result<std::optional<token_owner>>> all;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    all.emplace_back(std::nullopt);
    if (found) {
      all.back() = std::move((*found)[i]);
    } else {
      all.back() = tl::unexpected(found.error());
    }
  }
  return all;
}

result<std::vector<bool>> sql_store::are_active(std::span<const device_id> devices) {
  return reads_.with([&](connection& session) { return postgres::are_active(session, devices); });
}

result<void> sql_store::scan_history(const history_scan& range, timestamp now,
                                     const std::function<scan_step(const append_history&)>& visit) {
  bool begun = false;
  return reads_.with([&](connection& session) -> result<void> {
    if (begun) {
      return fail(error_code::storage_unavailable, "the database was lost during a scan");
    }
    return postgres::scan_history(session, range, options_.retention_seconds, now,
                                  [&](const append_history& row) {
                                    begun = true;
                                    return visit(row);
                                  });
  });
}

result<std::optional<std::pair<device_id, rpc_record>>> sql_store::read_rpc(const rpc_id& id) {
  const retention kept{options_.rpc_retention_seconds, clock_.now().wall};
  return reads_.with([&](connection& session) { return postgres::read_rpc(session, id, kept); });
}

result<page<rpc_record>> sql_store::list_rpcs(const device_id& device,
                                              const std::optional<rpc_status>& status,
                                              const page_link& link) {
  const retention kept{options_.rpc_retention_seconds, clock_.now().wall};
  return reads_.with([&](connection& session) {
    return postgres::list_rpcs(session, device, status, link, kept);
  });
}

result<std::vector<due_entry>> sql_store::read_due(shard_id shard, timestamp until,
                                                   std::size_t limit) {
  return reads_.with(
      [&](connection& session) { return postgres::read_due(session, shard, until, limit); });
}

} // namespace postgres

result<std::unique_ptr<postgres_store>> postgres_store::open(const postgres_options& options,
                                                             const clock_source& clock) {
  const postgres::connection_options sessions{options.dsn, options.unsafe_single_copy,
                                              options.answer_timeout};
  auto session = postgres::connection::open(sessions);
  if (!session) {
    return tl::unexpected(postgres::to_error(session.error()));
  }
  postgres::housekeeping first_round(options, clock);
  return postgres::prepare_schema(*session)
      .and_then([&] { return first_round.tend(*session); })
      .map([&](bool) {
        return std::unique_ptr<postgres_store>(
            std::make_unique<postgres::sql_store>(options, clock));
      });
}

} // namespace muster::persistence
