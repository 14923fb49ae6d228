#include "tests/simulation/node.hpp"

#include <utility>

namespace muster::test {

namespace {

router_limits some_router_limits(dice& chances) {
  router_limits limits;
  limits.waiting = chances.chance(0.2) ? 4 : limits.waiting;
  return limits;
}

link_limits some_link_limits(dice& chances) {
  link_limits limits;
  limits.requests = chances.chance(0.2) ? 3 : limits.requests;
  return limits;
}

membership_options times_of(planted_fault planted) {
  membership_options times;
  if (planted == planted_fault::short_takeover_wait) {
    times.takeover_wait = 500;
  }
  return times;
}

} // namespace

node::node(surroundings around, int machine, machine_clock& clock)
    : around_(std::move(around)), machine_(machine), id_("n" + std::to_string(machine)),
      clock_(clock), at_(around_.in, machine), edge_(around_.in, at_, around_.asked),
      rows_(at_, around_.in, around_.common),
      router_limits_(some_router_limits(around_.in.chances)),
      link_limits_(some_link_limits(around_.in.chances)) {
  at_.spawn([this] { boot(); });
}

node::~node() {
  end();
}

void node::boot() {
  while (!join()) {
    if (!at_.sleep(200)) {
      return;
    }
  }
  make_parts();
  ownership_->run();
}

bool node::join() {
  auto joined = ownership::join(id_, id_ + ":1", for_ownership(), times_of(around_.in.planted));
  if (!joined) {
    table_ = nullptr;
    return false;
  }
  ownership_ = std::move(*joined);
  rows_.set_self(ownership_->self());
  return true;
}

void node::make_parts() {
  router_ = std::make_unique<router>(for_router());
  registry_ = std::make_unique<registry>(options_, for_registry());
  writer_ = std::make_unique<persistence::batch_writer>(rows_, *registry_);
  links_ = std::move(*links::open(for_links(), [this](transport_events& events) {
    return result<std::unique_ptr<transport>>(around_.way.join(ownership_->self(), at_, events));
  }));
  router_->use(*links_);
  ownership_->shards().on_change([this] { at_.later(0, [this] { router_->retry(); }); });
  committer_ = at_.spawn([this] { commit_on(); });
  at_.spawn([this] { keep(); });
  tick();
}

ownership::dependencies node::for_ownership() {
  remote_table::dependencies way{at_, clock_, around_.in, around_.common.table(),
                                 around_.table_changed};
  if (around_.in.planted == planted_fault::unknown_takeover_opened) {
    way.taken_unheard = [this](const node_ref&, const std::vector<persistence::owned_shard>& got) {
      for (const auto& one : got) {
        open_shard(one);
      }
    };
  }
  way.renewed = [this] { late_lease_until_ = clock_.now().steady + membership_options().lease; };
  auto table = std::make_unique<remote_table>(std::move(way));
  table_ = table.get();
  return {std::move(table),
          clock_,
          [this](const persistence::owned_shard& which) { open_shard(which); },
          [this](shard_id shard, std::function<void()> drained) {
            drain_shard(shard, std::move(drained));
          },
          [this](shard_id shard) { close_shard(shard); },
          [this](const persistence::member& peer, std::function<void(bool)> answered) {
            links_->probe(peer.node, std::move(answered));
          },
          [this](const std::vector<persistence::member>& members) { connect_to(members); },
          [this](const std::string&) { over_ = true; }};
}

router::dependencies node::for_router() {
  return {
      ownership_->shards(),
      clock_,
      [this](command what, reply_handle to) { registry_->send(std::move(what), std::move(to)); },
      [this](const poll_report& what) { registry_->report(what); },
      [this] { ownership_->look_again(); },
      [this] { at_.later(0, [this] { router_->retry(); }); },
      router_limits_};
}

registry::dependencies node::for_registry() {
  return {rows_,
          clock_,
          [this](std::function<void()> work) { return read(std::move(work)); },
          [this](persistence::submission&& what) { return submit(std::move(what)); },
          [](const device_id&, const std::string&) {},
          nullptr,
          &at_.actors(),
          [this] { return owns_now(); },
          [this](shard_id shard, shard_epoch epoch) {
            disown(shard, epoch);
            ownership_->lost(shard, epoch);
          },
          [this](command&& what, reply_handle&& to) {
            router_->returned(std::move(what), std::move(to));
          },
          false,
          [this](std::span<const device_id> devices) { return rows_.read_devices(devices); }};
}

links::dependencies node::for_links() {
  forgetful_ = std::make_unique<forgetful_events>(*router_);
  const bool forgets = around_.in.planted == planted_fault::unknown_command_repeated;
  return {
      clock_,
      forgets ? static_cast<peer_link_events&>(*forgetful_) : *router_,
      [this](command what, reply_handle to) { registry_->send(std::move(what), std::move(to)); },
      [this](const poll_report& what) { registry_->report(what); },
      {},
      link_limits_};
}

bool node::owns_now() const {
  return around_.in.planted == planted_fault::lease_from_answer
             ? clock_.now().steady < late_lease_until_
             : ownership_->lease().valid();
}

// Ownership.

void node::open_shard(const persistence::owned_shard& which) {
  owned_[which.shard] = which.epoch;
  rows_.own(which);
  registry_->open_shard(which.shard, which.epoch);
  around_.opened(which.shard, *this);
}

void node::drain_shard(shard_id shard, std::function<void()> drained) {
  registry_->drain_shard(shard, [=, this, epoch = owned_[shard], drained = std::move(drained)] {
    disown(shard, epoch);
    drained();
  });
}

void node::close_shard(shard_id shard) {
  registry_->close_shard(shard);
  disown(shard, owned_[shard]);
}

void node::disown(shard_id shard, shard_epoch epoch) {
  if (owned_[shard] == epoch) {
    rows_.disown(shard);
    owned_.erase(shard);
  }
}

void node::connect_to(const std::vector<persistence::member>& members) {
  std::vector<peer_address> peers;
  for (const auto& one : members) {
    if (one.node.id != id_ && one.status != persistence::member_status::dead) {
      peers.push_back({one.node, one.node.id, 1});
    }
  }
  links_->set_peers(peers);
}

void node::leave() {
  if (ready()) {
    ownership_->leave([this] { over_ = true; });
  }
}

void node::notice() {
  if (table_ != nullptr) {
    table_->notice();
  }
}

bool node::serves(shard_id shard) const {
  return ready() && std::holds_alternative<own_shard>(ownership_->shards().owner_of(shard));
}

bool node::may_answer(shard_id shard) const {
  return ready() && owned_.contains(shard) && owns_now();
}

std::size_t node::served() const {
  return ready() ? ownership_->shards().served() : 0;
}

} // namespace muster::test
