#include "actors/service/local_service.hpp"

#include "actors/queries/queries.hpp"
#include "actors/service/bootstrap.hpp"
#include "actors/service/open_store.hpp"

#include <utility>

namespace muster {

namespace {

/// 40 bytes each: what a million devices that all speak need.
constexpr std::size_t cached_tokens = 1'000'000;
constexpr std::chrono::milliseconds tick_pause{20};
/// How often what has expired is dropped from memory.
constexpr milliseconds sweep_every = 60'000;

} // namespace

local_service::local_service(const service_options& options, const clock_source& clock,
                             std::unique_ptr<persistence::store> rows, std::string signing_key,
                             std::unique_ptr<persistence::package_folder> packages)
    : clock_(clock), rows_(std::move(rows)), signing_key_(std::move(signing_key)), rules_(*rows_),
      tokens_(cached_tokens), jobs_(for_jobs()), rollouts_(*rows_, jobs_, reading()),
      devices_(options, for_devices()), news_(devices_, rules_, jobs_),
      lookups_(*rows_, rules_, tokens_, reading()),
      directory_(
          {*rows_, clock_,
           [this](persistence::submission&& what) {
             return news_.submit(std::move(what), submitting());
           },
           [this](command what, reply_handle to) { devices_.send(std::move(what), std::move(to)); },
           revoked_}),
      packages_(std::move(packages), *rows_), commits_(*rows_, news_, {}) {}

local_service::~local_service() {
  begin_shutdown();
  ticking_.reset();
  // Actors end first, since they read and submit.
  devices_.stop();
}

run_blocking local_service::reading() {
  return [this](std::function<void()> work) { return readers_.run(std::move(work)); };
}

submit_changes local_service::submitting() {
  return [this](persistence::submission&& what) { return commits_.submit(std::move(what)); };
}

registry::dependencies local_service::for_devices() {
  registry::dependencies needs{*rows_, clock_, reading(), submitting(), {}, &rules_};
  needs.credentials_changed = [this](const std::string& token) { lookups_.changed(token); };
  return needs;
}

jobs::dependencies local_service::for_jobs() {
  return {*rows_,
          clock_,
          reading(),
          submitting(),
          [this](command what, reply_handle to) { devices_.send(std::move(what), std::move(to)); },
          [this] { packages_.clean(); }};
}

result<void> local_service::load() {
  if (auto begun = jobs_.load(); !begun) {
    return begun;
  }
  for (const auto& one : jobs_.list()) {
    news_.tell(one);
  }
  const auto rows = rows_->read_revocations();
  if (!rows) {
    return tl::unexpected(rows.error());
  }
  revoked_.load(*rows);
  ticking_ = std::make_unique<timer>(tick_pause, [this] { tick(); });
  return {};
}

void local_service::tick() {
  devices_.tick();
  jobs_.tick();
  const instant now = clock_.now();
  if (now.steady >= next_sweep_) {
    next_sweep_ = now.steady + sweep_every;
    revoked_.drop_expired(now.wall);
  }
}

std::optional<muster::token_owner> local_service::cached_token(std::string_view token) {
  const auto known = tokens_.find(digest_of(token));
  if (!known) {
    return std::nullopt;
  }
  return muster::token_owner{known->device, known->credentials_version, rules_.at(known->rules),
                             known->type};
}

void local_service::find_token(
    std::string token, std::function<void(result<std::optional<muster::token_owner>>)> found) {
  lookups_.find(std::move(token), std::move(found));
}

void local_service::send(command what, reply_handle to) {
  devices_.send(std::move(what), std::move(to));
}

void local_service::report(const poll_report& what) {
  devices_.report(what);
}

template <class Work>
void local_service::on_reader(reply_handle to, Work work) {
  if (stopping_) {
    return to.answer(error{error_code::shutting_down, {}});
  }
  // Shared, because a std::function must be copyable; unanswered it answers overloaded by itself.
  auto handle = std::make_shared<reply_handle>(std::move(to));
  readers_.run([handle, work = std::move(work)]() mutable { work(std::move(*handle)); });
}

void local_service::ask(query what, reply_handle to) {
  if (auto* rollout = std::get_if<get_rollout>(&what)) {
    if (stopping_) {
      return to.answer(error{error_code::shutting_down, {}});
    }
    return rollouts_.ask(std::move(*rollout), std::move(to));
  }
  ask_on(std::move(what), std::move(to));
}

void local_service::ask_on(query what, reply_handle to) {
  on_reader(std::move(to), [this, what = std::move(what)](reply_handle handle) mutable {
    reply answered = answer(*rows_, clock_, what);
    auto* history = std::get_if<history_page>(&answered);
    if (history != nullptr && history->points.empty() && history->more) {
      // Nothing found yet: the search goes on behind the reads that wait.
      auto& search = std::get<read_history>(what);
      search.from = std::move(history->more);
      search.spent = history->spent;
      return ask_on(std::move(what), std::move(handle));
    }
    handle.answer(std::move(answered));
  });
}

void local_service::apply(change what, reply_handle to) {
  on_reader(std::move(to), [this, what = std::move(what)](reply_handle handle) mutable {
    const bool frees = std::holds_alternative<delete_package>(what);
    directory_.carry_out(std::move(what), std::move(handle));
    if (frees) {
      packages_.clean();
    }
  });
}

bool local_service::token_valid(const user_id& user, const uuid& session, timestamp issued) const {
  return revoked_.valid(user.value, issued) && revoked_.valid(session, issued);
}

result<std::string> local_service::make_administrator() {
  return muster::make_administrator(*rows_, clock_);
}

service_status local_service::status() const {
  service_status now;
  devices_.fill(now);
  const auto commits = commits_.stats();
  now.commits = commits.batches;
  now.commit_failures = commits.failures;
  now.committed_rows = commits.rows;
  now.commit_queue = commits.queued;
  now.commit_time = commits.commit_time;
  now.commit_batch = commits.commit_batch;
  const auto reads = readers_.stats();
  now.reads = reads.done;
  now.read_refusals = reads.refused;
  now.read_queue = reads.queued;
  auto store = rows_->health();
  now.store_bytes = store.bytes_on_disk;
  now.store_reopenings = store.reopenings;
  now.store_trouble = std::move(store.trouble);
  now.disk_free = store.free_bytes;
  return now;
}

void local_service::begin_shutdown() {
  stopping_ = true;
  jobs_.stop();
  devices_.begin_shutdown();
}

result<std::unique_ptr<service>> service::open(const service_options& options,
                                               const clock_source& clock) {
  if (std::string wrong = validate(options); !wrong.empty()) {
    return fail(error_code::invalid, std::move(wrong));
  }
  auto rows = open_store(options, clock);
  if (!rows) {
    return tl::unexpected(std::move(rows.error()));
  }
  auto key = bootstrap(**rows, clock, options.demo);
  if (!key) {
    return tl::unexpected(std::move(key.error()));
  }
  auto packages =
      persistence::package_folder::open(options.data_dir + "/packages", options.data_min_free);
  if (!packages) {
    return tl::unexpected(std::move(packages.error()));
  }
  auto made = std::make_unique<local_service>(options, clock, std::move(*rows), std::move(*key),
                                              std::move(*packages));
  if (const auto loaded = made->load(); !loaded) {
    return tl::unexpected(loaded.error());
  }
  return made;
}

} // namespace muster
