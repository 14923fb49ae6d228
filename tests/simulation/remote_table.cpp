#include "tests/simulation/remote_table.hpp"

#include <algorithm>

namespace muster::test {

using persistence::cluster_table;
using persistence::cluster_view;
using persistence::owned_shard;

template <class T>
result<T> remote_table::call(std::function<result<T>(cluster_table&)> work, bool tells) {
  auto got = needs_.here.ask<result<T>>(
      [work = std::move(work), tells, &table = needs_.table, changed = needs_.changed] {
        persistence::memory_cluster_table direct(table);
        auto done = work(direct);
        if (tells) {
          changed();
        }
        return done;
      });
  if (needs_.here.ended()) {
    throw process_ended();
  }
  return got ? std::move(*got)
             : result<T>(fail(error_code::storage_unavailable, "the table does not answer"));
}

result<node_ref> remote_table::join(const std::string& id, const std::string& address) {
  return call<node_ref>([=](cluster_table& table) { return table.join(id, address); }, true);
}

result<bool> remote_table::renew(const node_ref& self) {
  auto alive = call<bool>([=](cluster_table& table) { return table.renew(self); }, false);
  if (alive.value_or(false)) {
    needs_.renewed();
  }
  return alive;
}

result<cluster_view> remote_table::read() {
  return call<cluster_view>([](cluster_table& table) { return table.read(); }, false);
}

result<bool> remote_table::vote(std::uint64_t seen, const node_ref& suspect, const node_ref& voter,
                                bool decides) {
  return call<bool>([=](cluster_table& table) { return table.vote(seen, suspect, voter, decides); },
                    true);
}

result<bool> remote_table::plan(std::uint64_t seen, const persistence::shard_targets& targets) {
  return call<bool>([=](cluster_table& table) { return table.plan(seen, targets); }, true);
}

result<std::vector<owned_shard>>
remote_table::take(const node_ref& self, std::span<const persistence::shard_claim> claims) {
  const std::vector<persistence::shard_claim> copied(claims.begin(), claims.end());
  // Filled when the call arrives, perhaps long after the answer was given up.
  const auto taken = std::make_shared<std::vector<owned_shard>>();
  auto got = call<std::vector<owned_shard>>(
      [=](cluster_table& table) {
        auto done = table.take(self, copied);
        *taken = done ? *done : std::vector<owned_shard>();
        return done;
      },
      true);
  if (!got && needs_.taken_unheard) {
    needs_.taken_unheard(self, *taken);
  }
  return got;
}

result<std::vector<owned_shard>> remote_table::confirm(const node_ref& self,
                                                       std::span<const shard_id> shards) {
  const std::vector<shard_id> copied(shards.begin(), shards.end());
  return call<std::vector<owned_shard>>(
      [=](cluster_table& table) { return table.confirm(self, copied); }, false);
}

result<void> remote_table::release(const node_ref& self, std::span<const owned_shard> shards) {
  const std::vector<owned_shard> copied(shards.begin(), shards.end());
  return call<void>([=](cluster_table& table) { return table.release(self, copied); }, true);
}

result<bool> remote_table::leave(const node_ref& self) {
  return call<bool>([=](cluster_table& table) { return table.leave(self); }, true);
}

result<void> remote_table::depart(const node_ref& self) {
  return call<void>([=](cluster_table& table) { return table.depart(self); }, true);
}

bool remote_table::wait(milliseconds at_most) {
  const milliseconds now = needs_.clock.now().steady;
  const milliseconds until = now + std::max<milliseconds>(at_most, 1);
  waiting_ = fiber::current()->shared_from_this();
  const milliseconds ends = needs_.clock.world_time(until);
  needs_.here.later(std::max<milliseconds>(ends - needs_.in.time.time(), 1),
                    [this, me = waiting_] { needs_.here.wake(me); });
  while (!woken_ && !noticed_ && needs_.clock.now().steady < until) {
    needs_.here.wait();
  }
  waiting_ = nullptr;
  woken_ = false;
  return std::exchange(noticed_, false);
}

void remote_table::wake() noexcept {
  woken_ = true;
  if (waiting_) {
    needs_.here.wake(waiting_);
  }
}

void remote_table::notice() noexcept {
  noticed_ = true;
  wake();
}

} // namespace muster::test
