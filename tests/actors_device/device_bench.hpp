#pragma once

#include "actors/device/device_state.hpp"
#include "actors/device/without_device.hpp"
#include "tests/actors_device/support.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

namespace muster::test {

/// One device over a memory store: effects are committed and answered at once, and the state can be
/// thrown away and made anew from what is stored.
class device_bench {
public:
  explicit device_bench(device_settings s = {})
      : settings(s), rows(persistence::make_memory_store(clock)) {
    store_device(*rows, 1);
    crash();
  }

  /// The process dies: only rows are left.
  void crash() {
    auto stored = rows->read_device(device_of(1)).value();
    if (!stored || !stored->exists) {
      stored = find_without_device(*rows, device_of(1), std::move(stored)).value();
    }
    if (stored) {
      const bool ruled = stored->info.tenant != tenant_id{};
      state.emplace(settings, std::move(*stored), clock.at, ruled ? rules : nullptr);
    } else {
      state.emplace(settings, device_of(1));
    }
    carried.clear();
    effects out;
    state->adopt({}, clock.at, out);
    commit(std::move(out));
  }

  /// Work of the outbox has ended.
  void worked(std::uint64_t number, work_outcome outcome) {
    effects out;
    state->worked(number, std::move(outcome), clock.at, out);
    commit(std::move(out));
  }

  std::uint64_t send(command_sender who, command_body body) {
    const std::uint64_t request = ++requests_;
    auto to = sink.handle(request);
    effects out;
    state->apply({device_of(1), std::move(who), 0, std::move(body)}, to, clock.at, out);
    commit(std::move(out));
    return request;
  }
  std::uint64_t server(command_body body) { return send(system_sender{}, std::move(body)); }
  std::uint64_t device(command_body body) { return send(device_sender{version}, std::move(body)); }
  std::uint64_t application(command_body body) { return send(administrator(), std::move(body)); }

  void report(std::uint64_t poll, bool written) {
    effects out;
    state->report({device_of(1), poll_id{poll},
                   written ? poll_report::outcome::written : poll_report::outcome::lost},
                  clock.at, out);
    commit(std::move(out));
  }

  /// Time passes; every deadline on the way is met when it comes.
  void pass(milliseconds span) {
    const milliseconds end = clock.at.steady + span;
    for (;;) {
      const milliseconds next = std::max(state->next_deadline(clock.at), clock.at.steady);
      if (next > end) {
        break;
      }
      REQUIRE(++ticks_ < 100'000);
      clock.advance(next - clock.at.steady);
      tick();
    }
    clock.advance(end - clock.at.steady);
  }

  void tick() {
    effects out;
    state->tick(clock.at, out);
    commit(std::move(out));
  }

  bool answered(std::uint64_t request) const { return sink.replies.contains(request); }
  const reply& answer(std::uint64_t request) {
    const auto found = sink.replies.find(request);
    REQUIRE(found != sink.replies.end());
    REQUIRE(found->second.size() == 1);
    return found->second.front();
  }

  std::uint64_t poll_rpc_for(std::uint64_t poll, milliseconds timeout) {
    return device(poll_rpc{poll_id{poll}, timeout});
  }
  std::uint64_t poll_attributes_for(std::uint64_t poll, milliseconds timeout) {
    return device(poll_attributes{poll_id{poll}, timeout});
  }
  std::uint64_t share(std::string key, value val) {
    return application(
        save_attributes{attribute_scope::shared, {{std::move(key), std::move(val)}}});
  }

  rpc_request request(bool oneway, bool persistent, milliseconds timeout = 60'000) const {
    rpc_request what;
    what.oneway = oneway;
    what.persistent = persistent;
    what.method = "method";
    what.params = {"{}"};
    what.expiration = clock.at.wall + timeout;
    return what;
  }

  rpc_record stored(const rpc_id& id) { return rows->read_rpc(id).value()->second; }
  persistence::device_rows stored() { return rows->read_device(device_of(1)).value().value(); }

  void commit(effects&& out) {
    const bool changes = !out.mutations.empty();
    died = std::exchange(dies, false) || (changes && commits == dies_at);
    commits += changes ? 1 : 0;
    if (died) {
      crash();
      died = true;
      return;
    }
    last_mutations = out.mutations.size();
    bool refused = false;
    error why;
    if (!out.mutations.empty()) {
      auto change = write_of(device_of(1));
      change.mutations = std::move(out.mutations);
      change.preconditions = std::move(out.preconditions);
      const auto outcome = rows->commit({&change, 1}).front();
      refused = outcome.what == persistence::write_outcome::kind::refused;
      why = outcome.why;
    }
    for (auto& one : out.replies) {
      one.to.answer(refused ? reply(why) : std::move(one.what));
    }
    if (out.exclusive) {
      effects next;
      if (refused) {
        state->refused(why, next);
      } else {
        state->confirmed(clock.at, next);
      }
      commit(std::move(next));
    }
    read = std::move(out.read);
    std::move(out.carry.begin(), out.carry.end(), std::back_inserter(carried));
  }

  device_settings settings;
  /// Taken up by `crash`.
  const rules_entry* rules = nullptr;
  manual_clock clock;
  recording_sink sink;
  std::unique_ptr<persistence::memory_store> rows;
  std::optional<device_state> state;
  std::optional<history_read> read;
  /// What the host was given to carry out since the last crash.
  std::vector<outbox_task> carried;
  std::uint32_t version = 1;
  /// The process dies before the next commit.
  bool dies = false;
  /// Or before the commit of that number that changes something; they are counted from 0.
  std::size_t dies_at = SIZE_MAX;
  std::size_t commits = 0;
  /// What was done last did not become durable.
  bool died = false;
  std::size_t last_mutations = 0;

private:
  std::uint64_t requests_ = 0;
  int ticks_ = 0;
};

inline rpc_number number_of(const reply& what) {
  return std::get<rpc_delivery>(what).number;
}

} // namespace muster::test
