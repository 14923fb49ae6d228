#include "tests/actors_cluster_links/fleet.hpp"
#include "tests/catch.hpp"

#include <rapidcheck.h>
#include <spdlog/spdlog.h>

#include <random>
#include <set>

namespace muster {

namespace {

using test::network;
using test::patience;
using test::plain_node;
using test::recording_sink;

constexpr std::size_t node_count = 3;
/// Three nodes whose clocks started at different times, over a network that breaks: shards move,
/// maps are behind, clients go away. What happens next is thrown by dice.
class fleet {
public:
  explicit fleet(std::uint64_t seed) : dice_(seed), way_(seed + 1) {
    std::vector<peer_address> all;
    for (std::size_t i = 0; i < node_count; ++i) {
      clocks_.push_back(std::make_unique<test::test_clock>());
      clocks_.back()->at.steady += static_cast<milliseconds>(below(1'000'000));
      nodes_.push_back(
          std::make_unique<plain_node>("n" + std::to_string(i), way_, *clocks_.back()));
      all.push_back({nodes_.back()->self, "host", 1});
    }
    for (auto& node : nodes_) {
      auto others = all;
      std::erase_if(others, [&](const auto& one) { return one.node == node->self; });
      node->peers->set_peers(others);
    }
    owners_.fill(node_count);
    for (std::uint8_t device = 0; device < devices; ++device) {
      move(shard_of(device_of(device)));
    }
    learn_all();
    way_.break_every(200);
  }

  void run(int steps) {
    for (int i = 0; i < steps; ++i) {
      step();
    }
  }

  /// No more faults: everything must end well.
  void settle() {
    calm_ = true;
    way_.break_every(0);
    for (std::size_t shard = 0; shard < shard_count; ++shard) {
      if (owners_[shard] == node_count) {
        move(shard_id{static_cast<std::uint16_t>(shard)});
      }
    }
    learn_all();
    for (int round = 0; round < 3; ++round) {
      pass(50);
      quiet();
    }
  }

  /// Nobody there whose client has gone, nothing unreported.
  void check_polls() {
    std::size_t parked = 0;
    for (auto& node : nodes_) {
      parked += node->registry.parked();
    }
    std::size_t waiting_clients = 0;
    for (const auto& [poll, state] : polls_) {
      waiting_clients += state == client::waits && !answered(poll) ? 1 : 0;
    }
    RC_ASSERT(parked == waiting_clients);
  }

  void end_polls() {
    pass(120'000);
    quiet();
    for (const auto& [poll, state] : polls_) {
      if (state == client::waits && is_content(poll)) {
        report(poll, poll_report::outcome::written);
      }
    }
    quiet();
    for (auto& node : nodes_) {
      RC_ASSERT(node->registry.parked() == 0U);
      RC_ASSERT(node->registry.unreported.empty());
      RC_ASSERT(node->registry.queued() == 0U);
      RC_ASSERT(node->routes.counters().waiting == 0U);
      RC_ASSERT(node->routes.counters().under_way == 0U);
    }
  }

  void check_replies() {
    for (std::uint64_t request = 1; request <= requests_; ++request) {
      RC_ASSERT(replies_.replies[request].size() == 1U);
    }
    for (const auto& [request, key] : saves_) {
      int times = 0;
      for (auto& node : nodes_) {
        const auto found = node->registry.carried_out.find(key);
        times += found != node->registry.carried_out.end() ? found->second : 0;
      }
      const auto refused = replies_.refused(request);
      if (!refused) {
        RC_ASSERT(times == 1);
      } else if (refused == error_code::storage_unavailable) {
        RC_ASSERT(times <= 1);
      } else {
        RC_ASSERT(refused == error_code::overloaded);
        RC_ASSERT(times == 0);
      }
    }
  }

private:
  static constexpr std::uint8_t devices = 6;
  enum class client { waits, gone };

  static device_id device_of(std::uint64_t number) {
    device_id id;
    id.value.bytes[15] = static_cast<std::uint8_t>(number % devices);
    return id;
  }

  std::uint64_t below(std::uint64_t limit) { return dice_() % limit; }
  plain_node& any_node() { return *nodes_[below(node_count)]; }
  bool answered(std::uint64_t request) const { return replies_.replies.contains(request); }
  bool is_content(std::uint64_t request) const {
    return answered(request) && !replies_.refused(request);
  }

  void step() {
    switch (below(20)) {
    case 0:
    case 1:
      return save();
    case 2:
      return poll();
    case 3:
      return read();
    case 4:
      return lose_or_report();
    case 5:
      return below(4) == 0 ? move(shard_of(device_of(below(devices)))) : learn(any_index());
    case 6:
      return pass(below(10) == 0 ? 1'500 : 20);
    case 7:
      (void) any_node().registry.serve_poll();
      return;
    case 8:
    case 9:
    case 10:
      (void) any_node().registry.carry_out_one();
      return;
    default:
      (void) way_.step();
    }
  }

  std::size_t any_index() { return below(node_count); }

  command make(test::test_clock& clock, command_body body) {
    return {device_of(below(devices)), device_sender{}, clock.now().steady + patience,
            std::move(body)};
  }

  void save() {
    const std::size_t at = any_index();
    const std::uint64_t request = ++requests_;
    const std::string key = "key" + std::to_string(request);
    saves_[request] = key;
    nodes_[at]->routes.send(
        make(*clocks_[at], save_attributes{attribute_scope::client, {{key, true}}, false}),
        replies_.handle(request));
  }

  void read() {
    const std::size_t at = any_index();
    nodes_[at]->routes.send(make(*clocks_[at], read_latest{}), replies_.handle(++requests_));
  }

  void poll() {
    const std::size_t at = any_index();
    const std::uint64_t request = ++requests_;
    command what = make(*clocks_[at], poll_rpc{poll_id{request}, 60'000});
    polls_[request] = client::waits;
    poll_devices_[request] = {at, what.device};
    nodes_[at]->routes.send(std::move(what), replies_.handle(request));
  }

  void report(std::uint64_t poll, poll_report::outcome what) {
    const auto& [at, device] = poll_devices_[poll];
    polls_[poll] = client::gone;
    nodes_[at]->routes.report({device, poll_id{poll}, what});
  }

  /// As the edge does: `lost` when the client goes while the poll is parked or its answer is
  /// written, `written` after content; nothing after an answer without content.
  void lose_or_report() {
    if (polls_.empty()) {
      return;
    }
    const auto found = std::next(polls_.begin(), static_cast<long>(below(polls_.size())));
    if (found->second == client::gone) {
      return;
    }
    if (is_content(found->first)) {
      report(found->first,
             below(2) == 0 ? poll_report::outcome::written : poll_report::outcome::lost);
    } else if (!answered(found->first) && below(4) == 0) {
      report(found->first, poll_report::outcome::lost);
    }
  }

  /// To another node, or to nobody.
  void move(shard_id shard) {
    std::size_t& owner = owners_[static_cast<std::size_t>(shard)];
    if (owner != node_count) {
      nodes_[owner]->registry.drain(shard);
      owner = node_count;
    }
    if (calm_ || below(3) != 0) {
      owner = any_index();
      nodes_[owner]->registry.open(shard);
    }
  }

  void learn(std::size_t node) {
    std::array<shard_holder, shard_count> holders{};
    for (std::size_t shard = 0; shard < shard_count; ++shard) {
      if (owners_[shard] == node) {
        holders[shard] = own_shard{};
      } else if (owners_[shard] != node_count) {
        holders[shard] = other_owner{nodes_[owners_[shard]]->self, {}, "host:1"};
      }
    }
    nodes_[node]->shards.replace(std::move(holders));
  }

  void learn_all() {
    for (std::size_t i = 0; i < node_count; ++i) {
      learn(i);
    }
  }

  void pass(milliseconds span) {
    for (std::size_t i = 0; i < node_count; ++i) {
      clocks_[i]->advance(span);
      nodes_[i]->registry.tick();
      nodes_[i]->routes.retry();
    }
  }

  void quiet() {
    bool busy = true;
    while (busy) {
      busy = way_.step();
      for (auto& node : nodes_) {
        busy = node->registry.carry_out_one() || busy;
      }
    }
  }

  std::mt19937_64 dice_;
  /// Shards always get an owner.
  bool calm_ = false;
  std::vector<std::unique_ptr<test::test_clock>> clocks_;
  recording_sink replies_;
  network way_;
  std::vector<std::unique_ptr<plain_node>> nodes_;
  std::array<std::size_t, shard_count> owners_{};
  std::uint64_t requests_ = 0;
  std::map<std::uint64_t, std::string> saves_;
  std::map<std::uint64_t, client> polls_;
  std::map<std::uint64_t, std::pair<std::size_t, device_id>> poll_devices_;
};

} // namespace

TEST_CASE("whatever happens, each command is answered once and done at most once") {
  const auto level = spdlog::get_level();
  spdlog::set_level(spdlog::level::warn);
  CHECK(rc::check([] {
    fleet three(*rc::gen::inRange<std::uint64_t>(0, 1'000'000'000));
    three.run(1'500);
    three.settle();
    three.check_polls();
    three.end_polls();
    three.check_replies();
  }));
  spdlog::set_level(level);
}

} // namespace muster
