#include "tests/actors_cluster/simulation/node.hpp"

#include <cmath>
#include <utility>

namespace muster::test {

namespace {

using persistence::node_ref;
using persistence::owned_shard;
using persistence::shard_epoch;

const membership_options times;

} // namespace

sim_node::sim_node(world& in, int number, std::vector<std::unique_ptr<sim_node>>& all)
    : world_(in), number_(number), all_(all), table_(in.table), pace_(in.real(0.96, 1.04)),
      offset_(in.between(0, 1'000'000'000)) {}

milliseconds sim_node::local() const {
  return offset_ + std::llround(static_cast<double>(world_.time.time()) * pace_);
}

milliseconds sim_node::world_time(milliseconds local) const {
  return static_cast<milliseconds>(std::ceil(static_cast<double>(local - offset_) / pace_));
}

void sim_node::later(milliseconds delay, std::function<void()> what) {
  world_.time.in(delay, [this, life = life_, what = std::move(what)] {
    if (life != life_) {
      return;
    }
    if (frozen()) {
      return later(frozen_until_ - world_.time.time(), what);
    }
    what();
    run();
  });
}

// Life and death.

void sim_node::start() {
  ++life_;
  joining_ = true;
  join();
}

void sim_node::join() {
  ask<node_ref>(
      [this] {
        const auto made = *table_.join("n" + std::to_string(number_), "here:1");
        world_.joined(made);
        return made;
      },
      [this](std::optional<node_ref> made) {
        if (!made) {
          return later(100, [this] { join(); });
        }
        joining_ = false;
        self_ = *made;
        lease_until_ = INT64_MIN;
        calling_ = false;
        wake_ = 0;
        core_ = std::make_unique<membership>(self_, times, local());
      });
}

void sim_node::crash() {
  ++life_;
  core_ = nullptr;
  registers_.clear();
  frozen_until_ = 0;
  restart_later();
}

void sim_node::restart_later() {
  joining_ = true;
  const auto life = ++life_;
  world_.time.in(world_.between(50, 3'000), [this, life] {
    if (life == life_) {
      start();
    }
  });
}

void sim_node::freeze(milliseconds how_long) {
  frozen_until_ = world_.time.time() + how_long;
}

void sim_node::thaw() {
  frozen_until_ = std::min(frozen_until_, world_.time.time() + 1);
}

void sim_node::leave() {
  later(0, [this] {
    if (core_) {
      core_->leave(local());
    }
  });
}

// The core and what it asks for.

void sim_node::run() {
  if (!core_) {
    return;
  }
  const milliseconds now = local();
  for (const auto& node : core_->tick(now)) {
    probe(node);
  }
  for (const auto& step : core_->take_steps()) {
    carry_out(step);
  }
  if (core_->ended() || core_->departed()) {
    if (core_->departed() && !registers_.empty()) {
      world_.wrong(name() + " left and served on");
    }
    core_ = nullptr;
    registers_.clear();
    return restart_later();
  }
  if (!calling_) {
    if (auto call = core_->next_call(now)) {
      send(std::move(*call));
    }
  }
  // While a call is under way most of what is due has to wait for it.
  const milliseconds soonest = world_.time.time() + (calling_ ? 10 : 1);
  const milliseconds wake = std::max(world_time(core_->wake_at(now)), soonest);
  if (wake < wake_ || wake_ <= world_.time.time()) {
    wake_ = wake;
    later(wake - world_.time.time(), [this, wake] { wake_ = wake_ == wake ? 0 : wake_; });
  }
}

template <class T>
void sim_node::ask(std::function<T()> work, std::function<void(std::optional<T>)> done) {
  const milliseconds there = world_.way_to_table();
  const bool lost_there = !world_.reaches_table(number_) || world_.chance(world_.call_faults);
  if (lost_there) {
    // Of those some come later, when nobody believes in them any more.
    if (world_.reaches_table(number_) && world_.chance(0.5)) {
      world_.time.in(world_.between(1, 5'000), [work] { work(); });
    }
    return later(world_.between(1, 1'000), [done] { done(std::nullopt); });
  }
  world_.time.in(there, [this, work = std::move(work), done = std::move(done), life = life_] {
    // Who asked may be gone; what he asked for happens all the same.
    std::optional<T> got;
    if (!world_.table_away) {
      got = work();
    }
    if (life != life_) {
      return;
    }
    if (!got || world_.chance(world_.call_faults) || !world_.reaches_table(number_)) {
      return later(world_.between(1, 1'000), [done] { done(std::nullopt); });
    }
    later(world_.way_back(number_), [done, got = std::move(got)] { done(got); });
  });
}

void sim_node::send(table_call what) {
  calling_ = true;
  ask<table_answer>(
      [this, self = self_, what] {
        auto got = perform(table_, self, what);
        look(what);
        return got;
      },
      [this, what](std::optional<table_answer> got) {
        calling_ = false;
        const auto* renew = std::get_if<renew_call>(&what);
        if (renew != nullptr && got && std::get<call_verdict>(*got)) {
          lease_until_ = std::max(lease_until_, renew->sent + times.lease);
        }
        core_->answered(what, got ? std::move(*got) : call_failed{}, local());
      });
}

void sim_node::look(const table_call& what) {
  if (std::holds_alternative<renew_call>(what) || std::holds_alternative<look_call>(what)) {
    return;
  }
  for (const auto& node : all_) {
    if (world_.chance(world_.notices)) {
      node->later(world_.between(1, 20), [to = node.get()] {
        if (to->core_) {
          to->core_->look_again();
        }
      });
    }
  }
}

void sim_node::probe(const node_ref& node) {
  for (const auto& other : all_) {
    if (!other->up() || other->self_ != node || !world_.linked(number_, other->number_) ||
        world_.chance(world_.call_faults)) {
      continue;
    }
    // A frozen node answers when it is thawed, maybe twice.
    other->later(world_.between(0, 5), [this, node, to = other.get()] {
      const int copies = world_.chance(0.05) ? 2 : 1;
      for (int i = 0; i < copies && world_.linked(number_, to->number_); ++i) {
        later(world_.between(0, 5), [this, node] {
          if (core_) {
            core_->probed(node, true, local());
          }
        });
      }
    });
  }
}

void sim_node::carry_out(const holdings::step& what) {
  using kind = holdings::step::kind;
  const shard_id shard = what.shard.shard;
  if (what.what == kind::open) {
    world_.opened(shard, what.shard.epoch, name());
    registers_[shard] = {what.shard, readiness::loading, 0, false};
    load(shard, what.shard.epoch);
  } else if (what.what == kind::close) {
    registers_.erase(shard);
  } else if (auto* of = served(shard, what.shard.epoch)) {
    of->draining = true;
    finish_drain(*of);
  }
  // Else the registry has lost it already, and the core hears of that as well.
}

// The registry.

sim_node::register_state* sim_node::served(shard_id shard, shard_epoch epoch) {
  const auto found = registers_.find(shard);
  return found == registers_.end() || found->second.what.epoch != epoch ? nullptr : &found->second;
}

void sim_node::load(shard_id shard, shard_epoch epoch) {
  using loaded = std::pair<persistence::shard_row, std::uint64_t>;
  ask<loaded>([this, shard] { return loaded(world_.table.row(shard), world_.stored(shard)); },
              [this, shard, epoch](std::optional<loaded> got) {
                auto* of = served(shard, epoch);
                if (of == nullptr) {
                  return;
                }
                if (!got) {
                  return later(20, [this, shard, epoch] { load(shard, epoch); });
                }
                if (got->first.epoch != epoch) {
                  registers_.erase(shard);
                  return core_->lost(shard, epoch);
                }
                of->what.seq = got->first.seq;
                of->value = got->second;
                of->at = readiness::ready;
                finish_drain(*of);
              });
}

void sim_node::write(shard_id shard) {
  const auto found = registers_.find(shard);
  if (frozen() || found == registers_.end() || found->second.draining ||
      found->second.at != readiness::ready) {
    return;
  }
  auto& of = found->second;
  of.at = readiness::committing;
  ask<bool>(
      [this, what = of.what, value = of.value + 1] {
        return world_.commit(what.shard, what.epoch, what.seq, value);
      },
      [this, shard, epoch = of.what.epoch](std::optional<bool> fenced_in) {
        committed(shard, epoch, fenced_in);
      });
}

void sim_node::committed(shard_id shard, shard_epoch epoch, std::optional<bool> fenced_in) {
  auto* of = served(shard, epoch);
  if (of == nullptr) {
    return;
  }
  if (!fenced_in) {
    of->at = readiness::settling;
    return settle(shard, epoch);
  }
  if (!*fenced_in) {
    registers_.erase(shard);
    return core_->lost(shard, epoch);
  }
  ++of->value;
  ++of->what.seq;
  of->at = readiness::ready;
  world_.acknowledged(shard, of->value);
  finish_drain(*of);
}

/// By a write, so that the commit in question can't come any more. Like the store's it compares
/// with what that commit expected: one that comes true late, after another has settled, changes
/// nothing.
void sim_node::settle(shard_id shard, shard_epoch epoch) {
  const auto* doubted = served(shard, epoch);
  if (doubted == nullptr) {
    return;
  }
  using settled = std::pair<std::uint64_t, std::uint64_t>;
  ask<std::optional<settled>>(
      [this, shard, epoch, seq = doubted->what.seq]() -> std::optional<settled> {
        const auto now = world_.settle(shard, epoch, seq);
        return now ? std::optional(settled(*now, world_.stored(shard))) : std::nullopt;
      },
      [this, shard, epoch](std::optional<std::optional<settled>> got) {
        auto* of = served(shard, epoch);
        if (of == nullptr) {
          return;
        }
        if (!got) {
          return later(20, [this, shard, epoch] { settle(shard, epoch); });
        }
        if (!*got) {
          registers_.erase(shard);
          return core_->lost(shard, epoch);
        }
        of->what.seq = (*got)->first;
        of->value = (*got)->second;
        of->at = readiness::ready;
        finish_drain(*of);
      });
}

void sim_node::read(shard_id shard) {
  const auto found = registers_.find(shard);
  if (frozen() || found == registers_.end() || found->second.draining ||
      found->second.at != readiness::ready || local() >= lease_until_) {
    return;
  }
  world_.answered_read(shard, found->second.value, name());
}

void sim_node::finish_drain(const register_state& of) {
  if (of.draining && of.at == readiness::ready) {
    const auto what = of.what;
    registers_.erase(what.shard);
    later(world_.between(0, 30), [this, what] {
      if (core_) {
        core_->drained(what.shard, what.epoch);
      }
    });
  }
}

} // namespace muster::test
