#include "actors/rules/engine/run_chain.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <memory>
#include <utility>

namespace muster {

namespace {

/// Where a message that is inside a called chain comes back to.
struct caller_frame {
  const ready_chain* chain = nullptr;
  std::uint32_t node = 0;
  std::shared_ptr<const caller_frame> outer;
};

struct waiting_message {
  const ready_chain* chain = nullptr;
  std::uint32_t node = 0;
  rule_message message;
  std::shared_ptr<const caller_frame> outer;
};

/// Letters of one case only count; the relations of connections are in lower case already.
bool same_relation(std::string_view lower_case, std::string_view asked) noexcept {
  return std::equal(
      lower_case.begin(), lower_case.end(), asked.begin(), asked.end(),
      [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b + 32) : b); });
}

/// Takes the time that a node works, if somebody wants to know.
class node_timer {
public:
  node_timer(const ready_chain& chain, std::uint32_t node, bool timed)
      : chain_(chain), node_(node), begun_(timed ? clock::now() : clock::time_point()) {}
  ~node_timer() {
    if (begun_ != clock::time_point()) {
      const auto spent =
          std::chrono::duration_cast<std::chrono::nanoseconds>(clock::now() - begun_);
      chain_.counts->worked(node_, static_cast<std::uint64_t>(spent.count()));
    }
  }
  node_timer(const node_timer&) = delete;
  node_timer& operator=(const node_timer&) = delete;

private:
  using clock = std::chrono::steady_clock;

  const ready_chain& chain_;
  const std::uint32_t node_;
  const clock::time_point begun_;
};

class runner final : public node_run {
public:
  explicit runner(const chain_run& with)
      : with_(with),
        timed_(with.chains.timed != nullptr && with.chains.timed->load(std::memory_order_relaxed)) {
  }

  std::string run(const ready_chain& entry, rule_message message) {
    if (with_.watch && message.id == uuid{}) {
      message.id = random_uuid();
    }
    enter(entry, std::move(message), nullptr);
    return run_queue();
  }

  std::string resume(chain_place&& from, work_outcome&& outcome) {
    std::shared_ptr<const caller_frame> outer;
    for (auto caller = from.callers.rbegin(); caller != from.callers.rend(); ++caller) {
      const auto [chain, node] = find(*caller);
      outer = chain == nullptr
                  ? nullptr
                  : std::make_shared<const caller_frame>(caller_frame{chain, node, outer});
    }
    const auto [chain, node] = find(from.at);
    if (chain == nullptr) {
      return "the node is gone, and the message that waited there with it";
    }
    current_ = {chain, node, {}, std::move(outer)};
    const ready_node& waited = chain->nodes[node];
    if (waited.node == nullptr) {
      fail(std::move(from.message), "Rule Node is not active! " + waited.broken);
    } else {
      const node_timer timer(*chain, node, timed_);
      waited.node->resume(std::move(from.message), std::move(outcome), *this);
    }
    return run_queue();
  }

  std::string send_on_from(chain_place&& from, std::string_view relation) {
    if (const auto [chain, node] = find(from.at); chain != nullptr) {
      current_ = {chain, node, {}, nullptr};
      tell(relation, std::move(from.message));
    }
    return run_queue();
  }

  void begin(const ready_chain& chain, std::uint32_t at) {
    current_ = {&chain, at, {}, nullptr};
    if (waiting() == 0) {
      const node_timer timer(chain, at, timed_);
      chain.nodes[at].node->begin(*this);
    }
  }

  std::string run_queue() {
    for (std::size_t steps = 0; !queue_.empty(); ++steps) {
      current_ = std::move(queue_.front());
      queue_.pop_front();
      if (steps == with_.most_steps) {
        // Along no relation: that would go on.
        count_failure(current_.message, "the message passed too many nodes");
        note(relations::failure, current_.message, "the message passed too many nodes");
        unhandled("the message passed too many nodes");
        break;
      }
      step();
    }
    return std::move(failure_);
  }

  void tell(std::string_view relation, rule_message message) override {
    if (relation == relations::failure) {
      count_failure(message, {});
    }
    note(relation, message, {});
    send_on(*current_.chain, current_.node, relation, message, current_.outer);
  }

  void fail(rule_message message, std::string why) override {
    count_failure(message, why);
    note(relations::failure, message, why);
    if (!send_on(*current_.chain, current_.node, relations::failure, message, current_.outer)) {
      unhandled(why);
    }
  }

  result<void> send(rpc_request&& request, rule_message message) override {
    return with_.device.send(std::move(request), place_of(std::move(message)));
  }

  result<void> later(chain_work&& work, rule_message message) override {
    return with_.device.later({place_of(std::move(message)), std::move(work)});
  }

  std::size_t waiting() const override { return with_.device.waiting(here()); }

  rule_device& device() noexcept override { return with_.device; }
  script_engine& scripts() noexcept override { return *with_.chains.scripts; }
  instant now() const noexcept override { return with_.now; }

private:
  const ready_node& node() const { return current_.chain->nodes[current_.node]; }

  node_place here() const { return {current_.chain->id, node().id}; }

  chain_place place_of(rule_message message) const {
    chain_place place{here(), {}, std::move(message)};
    for (const auto* at = current_.outer.get(); at != nullptr; at = at->outer.get()) {
      place.callers.push_back({at->chain->id, at->chain->nodes[at->node].id});
    }
    return place;
  }

  /// Null: it is gone.
  std::pair<const ready_chain*, std::uint32_t> find(const node_place& place) const {
    const ready_chain* chain = with_.chains.find(place.chain);
    for (std::uint32_t at = 0; chain != nullptr && at < chain->nodes.size(); ++at) {
      if (chain->nodes[at].id == place.node) {
        return {chain, at};
      }
    }
    return {nullptr, 0};
  }

  void enter(const ready_chain& chain, rule_message message,
             std::shared_ptr<const caller_frame> outer) {
    chain.counts->entered();
    if (chain.first) {
      queue_.push_back({&chain, *chain.first, std::move(message), std::move(outer)});
    }
  }

  void step() {
    note({}, current_.message, {});
    current_.chain->counts->reached(current_.node);
    const node_timer timer(*current_.chain, current_.node, timed_);
    rule_message message = std::move(current_.message);
    if (!node().broken.empty()) {
      fail(std::move(message), "Rule Node is not active! " + node().broken);
    } else if (node().output) {
      leave_chain(std::move(message));
    } else if (node().call) {
      call(*node().call, std::move(message));
    } else {
      node().node->on(std::move(message), *this);
    }
  }

  void call(const chain_call& what, rule_message message) {
    const ready_chain* called = with_.chains.find(what.chain);
    if (called == nullptr) {
      fail(std::move(message), "there is no rule chain " + to_string(what.chain));
      return;
    }
    if (inside(*called)) {
      fail(std::move(message), "the rule chain \"" + called->name + "\" calls itself");
      return;
    }
    auto frame = std::make_shared<const caller_frame>(
        caller_frame{current_.chain, current_.node, current_.outer});
    enter(*called, std::move(message), std::move(frame));
  }

  bool inside(const ready_chain& chain) const {
    bool found = &chain == current_.chain;
    for (const auto* at = current_.outer.get(); at != nullptr && !found; at = at->outer.get()) {
      found = at->chain == &chain;
    }
    return found;
  }

  void leave_chain(rule_message message) {
    note(node().name, message, {});
    if (const auto outer = current_.outer) {
      send_on(*outer->chain, outer->node, node().name, message, outer->outer);
    }
  }

  /// False: nothing follows.
  bool send_on(const ready_chain& chain, std::uint32_t from, std::string_view relation,
               const rule_message& message, const std::shared_ptr<const caller_frame>& outer) {
    const auto& follows = chain.nodes[from].follows;
    bool any = false;
    for (const auto& [name, next] : follows) {
      if (same_relation(name, relation)) {
        queue_.push_back({&chain, next, message, outer});
        any = true;
      }
    }
    return any;
  }

  void unhandled(const std::string& why) {
    if (failure_.empty()) {
      failure_ = node().name + ": " + why;
    }
  }

  void count_failure(const rule_message& message, std::string_view why) {
    current_.chain->counts->failed(current_.node, why, message.originator, with_.now.wall);
  }

  void note(std::string_view relation, const rule_message& message, std::string_view why) {
    if (with_.watch) {
      with_.watch({current_.chain, &node(), &message, relation, why});
    }
  }

  const chain_run& with_;
  const bool timed_;
  waiting_message current_;
  std::deque<waiting_message> queue_;
  std::string failure_;
};

} // namespace

std::string run_chain(const ready_chain& entry, rule_message message, const chain_run& with) {
  return runner(with).run(entry, std::move(message));
}

void begin_sources(const chain_run& with) {
  for (const auto& [id, chain] : with.chains.chains) {
    for (const auto at : chain->sources) {
      if (chain->nodes[at].node->begins_at(with.device.info())) {
        runner(with).begin(*chain, at);
      }
    }
  }
}

std::string send_on_from(chain_place&& from, std::string_view relation, const chain_run& with) {
  return runner(with).send_on_from(std::move(from), relation);
}

std::string resume_chain(chain_place&& from, work_outcome&& outcome, const chain_run& with) {
  return runner(with).resume(std::move(from), std::move(outcome));
}

} // namespace muster
