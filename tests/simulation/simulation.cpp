#include "tests/simulation/simulation.hpp"

#include <algorithm>

namespace muster::test {

namespace {

constexpr milliseconds weather_lasts = 15'000;
/// After it: so long clients go on, and until then everything is as it should be.
constexpr milliseconds clients_go_on = 5'000;
constexpr milliseconds calm_lasts = 24'000;

} // namespace

simulation::simulation(std::uint64_t seed, planted_fault fault)
    : world_(seed, fault), database_(world_), network_(world_), requests_(world_),
      clients_(world_, database_, requests_, nodes_) {
  const auto count =
      static_cast<std::size_t>(world_.chances.chance(0.1) ? 1 : world_.chances.between(2, 4));
  change_faults();
  world_.notices = world_.chances.chance(0.5) ? 0.95 : world_.chances.chance(0.5) ? 0.3 : 0;
  nodes_.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    clocks_.push_back(std::make_unique<machine_clock>(world_));
    world_.time.in(world_.chances.between(0, 1'000), [this, i] { start(i); });
  }
}

simulation::~simulation() {
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    end(i);
  }
}

void simulation::run() {
  network_.dial();
  look_after();
  clients_.start();
  weather_ends_ = world_.time.time() + weather_lasts;
  world_.time.in(2'000, [this] { weather(); });
  world_.time.run_until(weather_ends_);
  heal();
  world_.time.run_until(weather_ends_ + clients_go_on);
  clients_.stop();
  world_.time.run_until(weather_ends_ + calm_lasts - 1'000);
  check_calm();
  if (violations().empty()) {
    clients_.read_all();
  }
  world_.time.run_until(weather_ends_ + calm_lasts);
  if (const auto waiting = requests_.waiting_count(); waiting != 0) {
    world_.wrong(std::to_string(waiting) + " requests wait in the calm");
  }
  clients_.check();
}

// Nodes.

void simulation::start(std::size_t machine) {
  if (nodes_[machine] == nullptr) {
    nodes_[machine] = std::make_unique<node>(
        surroundings{world_, database_, network_, requests_, [this] { tell_change(); },
                     [this](shard_id shard, const node& by) { check_alone(shard, by); }},
        static_cast<int>(machine), *clocks_[machine]);
  }
}

void simulation::end(std::size_t machine) {
  if (nodes_[machine] != nullptr) {
    network_.killed(static_cast<int>(machine), world_.chances.chance(0.3));
    nodes_[machine]->end();
    past_.push_back(std::move(nodes_[machine]));
  }
}

void simulation::start_later(std::size_t machine) {
  world_.time.in(world_.chances.between(50, 3'000), [this, machine] { start(machine); });
}

/// Ends what has ended by itself and starts it anew, as whoever runs a node does.
void simulation::look_after() {
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i] != nullptr && nodes_[i]->over()) {
      end(i);
      start_later(i);
    }
  }
  requests_.check_overdue();
  world_.time.in(20, [this] { look_after(); });
}

void simulation::tell_change() {
  for (auto& one : nodes_) {
    if (one != nullptr && world_.chances.chance(world_.notices)) {
      one->at().later(world_.chances.between(1, 20), [to = one.get()] { to->notice(); });
    }
  }
}

/// Who opens a shard long after it was declared dead, since an answer was late, harms nobody: it
/// has no lease any more, and its commits are refused.
void simulation::check_alone(shard_id shard, const node& opener) {
  for (const auto& other : nodes_) {
    if (other != nullptr && other.get() != &opener && opener.may_answer(shard) &&
        other->may_answer(shard)) {
      world_.wrong(opener.id() + " serves shard " + std::to_string(static_cast<int>(shard)) +
                   " while " + other->id() + " may still answer");
    }
  }
}

// Weather.

void simulation::weather() {
  if (world_.time.time() >= weather_ends_) {
    return;
  }
  dice& chances = world_.chances;
  const milliseconds lasts =
      chances.chance(0.5) ? chances.between(50, 1'500) : chances.between(1'500, 7'000);
  const std::size_t machine = chances.below(nodes_.size());
  const int number = static_cast<int>(machine);
  switch (chances.between(0, 13)) {
  case 0:
  case 1:
    kill(machine);
    break;
  case 2:
  case 3:
    freeze(machine, lasts);
    break;
  case 4:
    if (nodes_[machine] != nullptr) {
      nodes_[machine]->at().later(0, [of = nodes_[machine].get()] { of->leave(); });
    }
    break;
  case 5:
    cut_link(number, static_cast<int>(chances.below(nodes_.size())), lasts);
    break;
  case 6:
    cut_from_database(number, lasts);
    break;
  case 7:
  case 8:
  case 9:
  case 10:
    isolate(number, std::max<milliseconds>(lasts, 3'000));
    break;
  case 11:
    let_database_be_away(std::min<milliseconds>(lasts, 3'000));
    break;
  default:
    change_faults();
  }
  world_.time.in(chances.between(100, 4'000), [this] { weather(); });
}

void simulation::kill(std::size_t machine) {
  if (nodes_[machine] != nullptr) {
    end(machine);
    start_later(machine);
  }
}

void simulation::freeze(std::size_t machine, milliseconds lasts) {
  if (nodes_[machine] != nullptr) {
    nodes_[machine]->at().freeze(lasts);
    network_.frozen(static_cast<int>(machine));
  }
}

void simulation::cut_link(int one, int other, milliseconds lasts) {
  const auto link = std::pair(std::min(one, other), std::max(one, other));
  world_.cut_links.insert(link);
  network_.cut(one, other);
  world_.time.in(lasts, [this, link] { world_.cut_links.erase(link); });
}

void simulation::isolate(int machine, milliseconds lasts) {
  for (int other = 0; other < static_cast<int>(nodes_.size()); ++other) {
    if (other != machine) {
      cut_link(machine, other, lasts);
    }
  }
  // The peers declare it dead, and it hears of that late or not at all.
  dice& chances = world_.chances;
  switch (chances.between(0, 5)) {
  case 0:
  case 1:
    world_.slow_answers.insert(machine);
    world_.time.in(lasts, [this, machine] { world_.slow_answers.erase(machine); });
    break;
  case 2:
  case 3:
    world_.time.in(chances.between(500, 1'600),
                   [this, machine, lasts] { cut_from_database(machine, lasts); });
    break;
  case 4:
    cut_from_database(machine, lasts);
    break;
  default:
    break;
  }
}

void simulation::cut_from_database(int machine, milliseconds lasts) {
  if (world_.time.time() >= weather_ends_) {
    return;
  }
  world_.cut_from_database.insert(machine);
  world_.time.in(lasts, [this, machine] { world_.cut_from_database.erase(machine); });
}

void simulation::let_database_be_away(milliseconds lasts) {
  world_.database_away = true;
  world_.time.in(lasts, [this] { world_.database_away = false; });
}

void simulation::change_faults() {
  dice& chances = world_.chances;
  world_.database_slow = chances.chance(0.3);
  world_.lost_calls = chances.chance(0.7) ? chances.real(0, 0.3) : 0;
  world_.lost_packets = chances.chance(0.5) ? chances.real(0, 0.02) : 0;
  world_.late_packets = chances.chance(0.5) ? chances.real(0, 0.3) : 0;
}

void simulation::heal() {
  world_.cut_links.clear();
  world_.cut_from_database.clear();
  world_.slow_answers.clear();
  world_.database_away = false;
  world_.database_slow = false;
  world_.lost_calls = 0;
  world_.lost_packets = 0;
  world_.late_packets = 0;
  for (auto& one : nodes_) {
    if (one != nullptr) {
      one->at().thaw();
    }
  }
}

// Calm.

/// Every node lives, every shard is served by one of them, and they have about as many each.
void simulation::check_calm() {
  std::vector<std::size_t> served(nodes_.size());
  for (std::size_t i = 0; i < shard_count; ++i) {
    std::size_t servers = 0;
    for (std::size_t n = 0; n < nodes_.size(); ++n) {
      const bool serves = nodes_[n] != nullptr && nodes_[n]->serves(static_cast<shard_id>(i));
      servers += serves ? 1 : 0;
      served[n] += serves ? 1 : 0;
    }
    if (servers != 1) {
      world_.wrong("shard " + std::to_string(i) + " is served by " + std::to_string(servers));
    }
  }
  const auto [least, most] = std::ranges::minmax(served);
  if (most - least > 1) {
    world_.wrong("from " + std::to_string(least) + " to " + std::to_string(most) +
                 " shards a node");
  }
}

std::uint64_t simulation::fingerprint() {
  // Every decision takes part: one more or less and the next number is another one.
  return static_cast<std::uint64_t>(world_.chances.between(0, INT64_MAX - 1)) ^
         static_cast<std::uint64_t>(world_.moment());
}

} // namespace muster::test
