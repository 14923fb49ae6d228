#include "actors/service/node_service.hpp"

#include "actors/inspection/crash_files.hpp"
#include "actors/queries/queries.hpp"
#include "actors/service/backup.hpp"
#include "actors/service/bootstrap.hpp"
#include "actors/service/version.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace muster {

namespace {

/// 40 bytes each: what a million devices that all speak need.
constexpr std::size_t cached_tokens = 1'000'000;
constexpr std::chrono::milliseconds tick_pause{20};
/// How often what has expired is dropped from memory.
constexpr milliseconds sweep_every = 60'000;

/// Reads of a common database wait for the network, so more of them are under way; many devices
/// may be taken over at once.
persistence::reader_pool_options reading_options(bool cluster) {
  persistence::reader_pool_options options;
  options.threads = cluster ? 8 : options.threads;
  options.max_queued = cluster ? 8'192 : options.max_queued;
  return options;
}

/// `validate` has read it before.
http_allowed allowed_calls(const service_options& options) {
  auto read = http_allowed::parse(options.rules_http_allowed);
  return read ? std::move(*read) : http_allowed();
}

} // namespace

node_service::node_service(const service_options& options, const clock_source& clock,
                           node_parts parts)
    : clock_(clock), node_id_(options.cluster.node_id), data_dir_(options.data_dir),
      cluster_(std::move(parts.cluster)), rows_(std::move(parts.rows)),
      signing_key_(std::move(parts.signing_key)), rules_(*rows_, scripts_), tokens_(cached_tokens),
      jobs_(for_jobs()), rollouts_(*rows_, jobs_, reading()), devices_(options, for_devices()),
      inspector_(for_inspector()),
      carrier_({*rows_, clock_, reading(),
                [this](command what, reply_handle to) { send_on(std::move(what), std::move(to)); },
                [this](change what, reply_handle to) {
                  directory_.carry_out(std::move(what), std::move(to));
                },
                allowed_calls(options)}),
      news_(devices_, rules_, jobs_, cluster_ ? cluster_->directory_changed : nullptr,
            [this](const rule_chain& chain) { carrier_.begin_sources(chain); }),
      lookups_(*rows_, rules_, tokens_, reading(), cluster_ ? cluster_->find_tokens : nullptr),
      directory_(
          {*rows_, clock_,
           [this](persistence::submission&& what) {
             return news_.submit(std::move(what), submitting());
           },
           [this](command what, reply_handle to) { send_on(std::move(what), std::move(to)); },
           revoked_, rules_, cluster_.has_value()}),
      packages_(std::move(parts.packages)), commits_(*rows_, news_, {}),
      readers_(reading_options(cluster_.has_value())) {}

node_service::~node_service() {
  begin_shutdown();
  end_actors();
}

void node_service::end_actors() {
  ticking_.reset();
  // Actors end first, since they read and submit.
  devices_.stop();
}

run_blocking node_service::reading() {
  return [this](std::function<void()> work) { return readers_.run(std::move(work)); };
}

submit_changes node_service::submitting() {
  return [this](persistence::submission&& what) { return commits_.submit(std::move(what)); };
}

registry::dependencies node_service::for_devices() {
  registry::dependencies needs{*rows_, clock_, reading(), submitting(), {}, &rules_};
  needs.carrier = &carrier_;
  needs.recorder = &events_;
  needs.credentials_changed = [this](const device_id& device, const std::string& token) {
    const token_digest digest = digest_of(token);
    inspector_.refused().former(digest, device);
    lookups_.changed(digest);
    if (cluster_) {
      cluster_->token_changed(digest);
    }
  };
  if (cluster_) {
    needs.read_devices = cluster_->read_devices;
    needs.owns_now = cluster_->owns_now;
    needs.shard_lost = cluster_->shard_lost;
    needs.not_served = cluster_->not_served;
    needs.owns_all = false;
  }
  return needs;
}

jobs::dependencies node_service::for_jobs() {
  return {*rows_,
          clock_,
          reading(),
          submitting(),
          [this](command what, reply_handle to) { send_on(std::move(what), std::move(to)); },
          [this] { packages_->clean(); },
          cluster_ ? cluster_->works_at : nullptr};
}

inspector::dependencies node_service::for_inspector() {
  return {
      clock_,
      *rows_,
      devices_,
      rules_,
      reading(),
      [this](command what, reply_handle to) { send_on(std::move(what), std::move(to)); },
      [this] { return cluster_ ? cluster_->status() : status(); },
      [this] { return cluster_ ? cluster_->members() : cluster(); },
      [this](const std::string& folder) {
        return write_backup(*rows_, clock_, data_dir_, folder).map([](const backup_summary& done) {
          return std::pair(done.packages, done.took);
        });
      },
      events_,
      node_id_};
}

void node_service::keep_crashes() {
  if (const auto earlier = crash_files(data_dir_); !earlier.empty()) {
    spdlog::warn("A crash has left {}: muster-inspect recorder --file shows it", earlier.back());
  }
  crashes_.emplace(data_dir_, events_, program_version);
}

result<void> node_service::load() {
  keep_crashes();
  if (auto begun = jobs_.load(); !begun) {
    return begun;
  }
  for (const auto& one : jobs_.list()) {
    news_.tell(one);
  }
  const auto revoked = rows_->read_revocations();
  if (!revoked) {
    return tl::unexpected(revoked.error());
  }
  revoked_.load(*revoked);
  if (!readers_.run([this] { carrier_.begin_all_sources(); })) {
    return fail(error_code::overloaded, "nothing can be read");
  }
  ticking_ = std::make_unique<timer>(tick_pause, [this] { tick(); });
  return {};
}

result<void> node_service::reread(const profile_id& profile) {
  return rows_->read_profile(profile).map([this](const auto& now) {
    if (now) {
      rules_.changed(*now);
    }
  });
}

result<void> node_service::reread(const tenant_id& tenant) {
  return rows_->read_tenant(tenant).map([&](const auto& now) {
    if (now) {
      rules_.changed(*now);
    } else {
      rules_.deleted(tenant);
    }
  });
}

result<void> node_service::reread(const rule_chain_id& chain) {
  return rows_->read_rule_chain(chain).map([&](const auto& now) {
    if (now) {
      rules_.changed(*now);
      carrier_.begin_sources(*now);
    } else {
      rules_.deleted(chain);
    }
  });
}

void node_service::tick() {
  devices_.tick();
  jobs_.tick();
  inspector_.tick();
  const instant now = clock_.now();
  if (now.steady >= next_sweep_) {
    next_sweep_ = now.steady + sweep_every;
    revoked_.drop_expired(now.wall);
  }
}

std::optional<muster::token_owner> node_service::cached_token(std::string_view token) {
  if (cluster_ && !cluster_->news_fresh()) {
    return std::nullopt;
  }
  const auto known = tokens_.find(digest_of(token));
  if (!known) {
    return std::nullopt;
  }
  return muster::token_owner{known->device, known->credentials_version, rules_.at(known->rules),
                             known->type};
}

void node_service::find_token(
    std::string token, std::function<void(result<std::optional<muster::token_owner>>)> found) {
  lookups_.find(std::move(token), std::move(found));
}

void node_service::send(command what, reply_handle to) {
  devices_.send(std::move(what), std::move(to));
}

void node_service::send_on(command what, reply_handle to) {
  if (cluster_) {
    cluster_->send(std::move(what), std::move(to));
  } else {
    devices_.send(std::move(what), std::move(to));
  }
}

void node_service::report(const poll_report& what) {
  devices_.report(what);
}

void node_service::apply(change what, reply_handle to) {
  if (!stopping_ && directory_.start_at_once(what, to)) {
    return;
  }
  on_reader(std::move(to), [this, what = std::move(what)](reply_handle handle) mutable {
    const bool frees = std::holds_alternative<delete_package>(what);
    directory_.carry_out(std::move(what), std::move(handle));
    if (frees) {
      packages_->clean();
    }
  });
}

std::optional<bool> node_service::token_valid(const user_id& user, const uuid& session,
                                              timestamp issued) const {
  return revoked_.valid(user.value, issued) && revoked_.valid(session, issued);
}

void node_service::check_token(const user_id& user, const uuid& session, timestamp issued,
                               std::function<void(result<bool> valid)> found) {
  found(*token_valid(user, session, issued));
}

result<std::string> node_service::make_administrator() {
  return muster::make_administrator(*rows_, clock_);
}

service_status node_service::status() const {
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

cluster_status node_service::cluster() const {
  cluster_status alone;
  alone.nodes.push_back({node_id_.empty() ? "single" : node_id_, 1, "", member_state::alive,
                         shard_count, clock_.now().wall});
  alone.shards.assign(shard_count, {1, alone.nodes.front().id});
  return alone;
}

void node_service::begin_shutdown() {
  stopping_ = true;
  jobs_.stop();
  devices_.begin_shutdown();
}

} // namespace muster
