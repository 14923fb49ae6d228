#pragma once

#include "actors/registry/registry.hpp"
#include "tests/actors_device/support.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/atom.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include <deque>
#include <memory>
#include <random>

namespace muster::test {

/// A registry with its actors, its reader and its committer, all in one thread: what happens next
/// is chosen from a seed, and the clock only moves when it is told to.
class simulation {
public:
  enum class ownership { all, none };

  explicit simulation(std::uint32_t seed = 1, service_options options = {},
                      ownership owns = ownership::all)
      : random(seed), system_(make_config()),
        jobs_(dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler())),
        rows(persistence::make_memory_store(clock)),
        devices(std::make_unique<registry>(
            options,
            registry::dependencies{
                *rows,
                clock,
                [this](std::function<void()> work) {
                  if (refuse_reads) {
                    return false;
                  }
                  reads_.push_back(std::move(work));
                  return true;
                },
                [this](persistence::submission&& what) { return take(std::move(what)); },
                [this](const device_id&, const std::string& id) {
                  changed_credentials.push_back(id);
                },
                nullptr,
                &system_,
                [this] { return owns_now; },
                [this](shard_id shard, persistence::shard_epoch epoch) {
                  lost_shards.emplace_back(shard, epoch);
                },
                {},
                owns == ownership::all,
                // One by one, or as many as wait.
                seed % 2 == 0 ? read_many([this](auto of) { return read(of); }) : read_many(),
                nullptr,
                &events})) {}

  ~simulation() {
    devices->stop();
    run();
    devices.reset();
  }

  /// One thing that can happen: a message, a read or a commit. False when nothing is left.
  bool step() {
    std::vector<int> choices;
    if (!jobs_.jobs.empty()) {
      choices.push_back(0);
    }
    if (!reads_.empty()) {
      choices.push_back(1);
    }
    if (!submissions_.empty() && !hold_commits) {
      choices.push_back(2);
    }
    if (choices.empty()) {
      return false;
    }
    switch (choices[random() % choices.size()]) {
    case 0:
      std::rotate(jobs_.jobs.begin(),
                  jobs_.jobs.begin() + static_cast<std::ptrdiff_t>(random() % jobs_.jobs.size()),
                  jobs_.jobs.end());
      jobs_.run_once();
      break;
    case 1: {
      auto work = std::move(reads_.front());
      reads_.pop_front();
      work();
      break;
    }
    default:
      commit(1 + random() % submissions_.size());
    }
    return true;
  }

  void run() {
    while (step()) {
    }
  }

  /// Runs what is to do, moves the clock, ticks, and runs again.
  void pass(milliseconds span) {
    run();
    clock.advance(span);
    devices->tick();
    run();
  }

  std::uint64_t send(std::uint8_t device, command_sender who, command_body body,
                     milliseconds deadline = 0) {
    const std::uint64_t request = ++requests_;
    devices->send({device_of(device), std::move(who), deadline, std::move(body)},
                  sink.handle(request));
    return request;
  }

  std::uint64_t from_device(std::uint8_t device, command_body body) {
    return send(device, device_sender{1}, std::move(body));
  }

  std::uint64_t from_application(std::uint8_t device, command_body body) {
    return send(device, administrator(), std::move(body));
  }

  bool answered(std::uint64_t request) const { return sink.replies.contains(request); }

  const reply& answer(std::uint64_t request) {
    const auto found = sink.replies.find(request);
    REQUIRE(found != sink.replies.end());
    REQUIRE(found->second.size() == 1);
    return found->second.front();
  }

  service_status status() const {
    service_status now;
    devices->fill(now);
    return now;
  }

  std::mt19937 random;
  flight_recorder events;
  manual_clock clock;
  recording_sink sink;
  std::vector<std::string> changed_credentials;
  /// How many submissions are refused because the queue is "full".
  int refuse_submissions = 0;
  /// How many submissions make the committer throw.
  int throw_submissions = 0;
  bool refuse_reads = false;
  /// Whether the node's read lease is valid.
  bool owns_now = true;
  std::vector<std::pair<shard_id, persistence::shard_epoch>> lost_shards;
  bool hold_commits = false;
  std::size_t submitted_rows = 0;

private:
  static caf::actor_system_config& make_config() {
    static caf::actor_system_config config;
    config.set("scheduler.policy", caf::atom("testing"));
    return config;
  }

  std::vector<result<std::optional<persistence::device_rows>>>
  read(std::span<const device_id> which) {
    std::vector<result<std::optional<persistence::device_rows>>> found;
    for (const auto& one : which) {
      found.push_back(rows->read_device(one));
    }
    return found;
  }

  bool take(persistence::submission&& what) {
    if (throw_submissions > 0) {
      --throw_submissions;
      throw std::runtime_error("thrown by the test");
    }
    if (refuse_submissions > 0) {
      --refuse_submissions;
      return false;
    }
    submitted_rows += what.changes.mutations.size();
    submissions_.push_back(std::move(what));
    return true;
  }

  /// What the committer does: one batch, activations with a failure refused, listener, replies.
  void commit(std::size_t count) {
    using kind = persistence::write_outcome::kind;
    std::vector<persistence::write> batch;
    std::vector<persistence::submission> taken;
    std::vector<persistence::commit_report> reports;
    for (; count > 0; --count) {
      auto& next = submissions_.front();
      const bool lost = failed_activations_.contains(next.activation);
      reports.push_back(
          {next.changes.device,
           next.activation,
           next.ticket,
           {lost ? kind::failed : kind::durable, {error_code::storage_unavailable, {}}}});
      if (!lost) {
        batch.push_back(next.changes);
      }
      taken.push_back(std::move(next));
      submissions_.pop_front();
    }
    const auto outcomes = rows->commit(batch);
    std::size_t at = 0;
    for (auto& report : reports) {
      if (report.outcome.what == kind::durable) {
        report.outcome = outcomes[at++];
      }
      if (report.outcome.what == kind::stale_epoch) {
        report.outcome.why = {error_code::storage_unavailable, {}};
      }
      if (report.outcome.what == kind::failed || report.outcome.what == kind::stale_epoch) {
        failed_activations_[report.activation] = true;
      }
    }
    devices->committed(reports);
    for (std::size_t i = 0; i < taken.size(); ++i) {
      for (auto& one : taken[i].replies) {
        one.to.answer(reports[i].outcome.what == kind::durable ? std::move(one.what)
                                                               : reply(reports[i].outcome.why));
      }
    }
  }

  caf::actor_system system_;
  caf::scheduler::test_coordinator& jobs_;
  std::deque<std::function<void()>> reads_;
  std::deque<persistence::submission> submissions_;
  std::map<std::uint64_t, bool> failed_activations_;
  std::uint64_t requests_ = 0;

public:
  std::unique_ptr<persistence::memory_store> rows;
  std::unique_ptr<registry> devices;
};

} // namespace muster::test
