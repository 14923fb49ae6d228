#pragma once

#include "actors/jobs/jobs.hpp"
#include "actors/jobs/rollout_counts.hpp"
#include "tests/actors_registry/simulation.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace muster::test {

/// A tenant's devices under a registry, and jobs over them. A restart of the jobs leaves what is
/// stored.
class fleet : public simulation {
public:
  explicit fleet(std::size_t count) {
    tenant of;
    of.id = some_tenant();
    of.title = "tenant";
    profile.id = profile_id{random_uuid()};
    profile.tenant = some_tenant();
    profile.name = "profile";
    buyer.id = customer_id{random_uuid()};
    buyer.tenant = some_tenant();
    buyer.title = "buyer";
    store({persistence::put_tenant{std::nullopt, of},
           persistence::put_profile{std::nullopt, profile},
           persistence::put_customer{std::nullopt, buyer}});
    for (std::size_t i = 0; i < count; ++i) {
      add_device(profile.id);
    }
    restart();
  }

  device_id add_device(const profile_id& of) {
    device_info info = info_of(0);
    info.id = device_id{random_uuid()};
    info.name = "device " + to_string(info.id);
    info.created += static_cast<timestamp>(ids.size());
    info.profile = of;
    info.customer = customer_of_new;
    credentials access;
    access.device = info.id;
    access.credentials_id = to_string(info.id);
    auto change = write_of(info.id);
    change.mutations.emplace_back(persistence::put_device{std::nullopt, info});
    change.mutations.emplace_back(
        persistence::put_credentials{std::nullopt, access, info.tenant, info.profile});
    REQUIRE(durable(change));
    ids.push_back(info.id);
    return info.id;
  }

  void store(std::vector<persistence::mutation> mutations) {
    persistence::write change;
    change.epoch = persistence::first_epoch;
    change.mutations = std::move(mutations);
    REQUIRE(durable(change));
  }

  package_info assign(std::string release) {
    package_info package;
    package.id = package_id{random_uuid()};
    package.tenant = some_tenant();
    package.title = "firmware";
    package.release = std::move(release);
    package.size = 10;
    auto next = profile;
    next.firmware = package.id;
    ++next.version;
    job work;
    work.id = random_uuid();
    work.kind = job_kind::rollout;
    work.tenant = some_tenant();
    work.subject = profile.id.value;
    store({persistence::put_package{std::nullopt, package}, persistence::put_profile{profile, next},
           persistence::put_job{work}});
    profile = next;
    work_->added(work);
    return package;
  }

  void rename(std::string name) {
    auto next = profile;
    next.name = std::move(name);
    ++next.version;
    store({persistence::put_profile{profile, next}});
    profile = next;
    begin(job_kind::rename_type, profile.id.value);
  }
  std::size_t typed_all(const std::string& type) {
    std::size_t count = 0;
    for (const auto& id : ids) {
      count += rows->read_device_info(id).value()->type == type ? 1 : 0;
    }
    return count;
  }

  void begin(job_kind kind, const uuid& subject) {
    job work;
    work.id = random_uuid();
    work.kind = kind;
    work.tenant = some_tenant();
    work.subject = subject;
    store({persistence::put_job{work}});
    work_->added(work);
  }

  /// The process dies and starts again, for the jobs.
  void restart() {
    run();
    work_.emplace(jobs::dependencies{*rows, clock,
                                     [this](std::function<void()> work) {
                                       ++reads;
                                       work();
                                       return true;
                                     },
                                     [this](persistence::submission&& what) {
                                       const bool ok = durable(what.changes);
                                       for (auto& one : what.replies) {
                                         one.to.answer(
                                             ok ? std::move(one.what)
                                                : reply(error{error_code::version_conflict, {}}));
                                       }
                                       return true;
                                     },
                                     [this](command what, reply_handle to) {
                                       ++sent;
                                       if (const auto meanwhile = std::exchange(overtake, {})) {
                                         devices->send(*meanwhile, sink.handle(88'888));
                                       }
                                       if (refuse_commands > 0) {
                                         --refuse_commands;
                                         to.answer(error{error_code::overloaded, {}});
                                         return;
                                       }
                                       devices->send(std::move(what), std::move(to));
                                     },
                                     [this] { ++freed; }, [this](const uuid&) { return mine; }});
    REQUIRE(work_->load().has_value());
  }

  /// One tick, and all that it leads to.
  void turn(milliseconds span = 20) {
    work_->tick();
    run();
    clock.advance(span);
  }

  /// Until no job is left; how many turns that took.
  int finish(int most = 1'000) {
    int turns = 0;
    while (!work_->list().empty()) {
      REQUIRE(++turns < most);
      turn();
    }
    CHECK(rows->read_jobs().value().empty());
    return turns;
  }

  std::optional<std::string> told(const device_id& device) {
    const auto stored = rows->read_device(device).value();
    REQUIRE(stored);
    for (const auto& row : stored->attributes[static_cast<std::size_t>(attribute_scope::shared)]) {
      if (row.key == "fw_version" && row.val) {
        return std::get<std::string>(*row.val);
      }
    }
    return std::nullopt;
  }
  std::size_t told_all(const std::string& release) {
    std::size_t count = 0;
    for (const auto& id : ids) {
      count += told(id) == release ? 1 : 0;
    }
    return count;
  }

  reply ask_rollout(caller who, const package_id& package) {
    rollout_counts counts(*rows, *work_, [this](std::function<void()> work) {
      queued.push_back(std::move(work));
      return true;
    });
    recording_sink into;
    counts.ask({std::move(who), package}, into.handle(1));
    while (!queued.empty()) {
      const auto next = std::move(queued.front());
      queued.erase(queued.begin());
      next();
    }
    REQUIRE(into.replies[1].size() == 1);
    return into.replies[1].front();
  }

  jobs& work() { return *work_; }

  device_profile profile;
  customer buyer;
  std::optional<customer_id> customer_of_new;
  std::vector<device_id> ids;
  std::size_t sent = 0;
  std::size_t reads = 0;
  int freed = 0;
  int refuse_commands = 0;
  /// Whether this node of the cluster is to work at jobs.
  bool mine = true;
  /// Reaches its device before the next command of a job does.
  std::optional<command> overtake;
  std::vector<std::function<void()>> queued;

private:
  bool durable(const persistence::write& change) {
    return rows->commit({&change, 1}).front().what == persistence::write_outcome::kind::durable;
  }

  std::optional<jobs> work_;
};

} // namespace muster::test
