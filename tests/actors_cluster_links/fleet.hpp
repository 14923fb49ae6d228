#pragma once

#include "actors/cluster/links/links.hpp"
#include "actors/cluster/ownership/shard_map.hpp"
#include "actors/cluster/routing/router.hpp"
#include "tests/actors_cluster_links/network.hpp"

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace muster::test {

/// What a sender waits for its answer.
inline constexpr milliseconds patience = 2'000;

struct test_clock final : clock_source {
  instant now() const noexcept override { return at; }
  void advance(milliseconds span) noexcept {
    at.wall += span;
    at.steady += span;
  }

  instant at{1'700'000'000'000, 5'000'000};
};

/// Keeps every reply by the number of its request.
class recording_sink final : public reply_sink {
public:
  void push(std::vector<completion> batch) noexcept override {
    for (auto& one : batch) {
      replies[one.to.release().request].push_back(std::move(one.what));
    }
  }

  reply_handle handle(std::uint64_t request) { return reply_handle({this, 1, request}); }

  std::optional<error_code> refused(std::uint64_t request) const {
    const auto found = replies.find(request);
    if (found == replies.end()) {
      return std::nullopt;
    }
    const auto* problem = std::get_if<error>(&found->second.front());
    return problem != nullptr ? std::optional(problem->code) : std::nullopt;
  }

  std::map<std::uint64_t, std::vector<reply>> replies;
};

/// A command in a registry's hands.
struct held_command {
  command what;
  reply_handle to;
  milliseconds until = 0;
};

/// What a registry does, as far as routing is concerned: commands wait until they are carried out,
/// polls until there is something for them, and of a shard that leaves all is sent back.
class plain_registry {
public:
  explicit plain_registry(const clock_source& clock) : clock_(clock) {}

  void open(shard_id shard) { serves_[static_cast<std::size_t>(shard)] = true; }

  void drain(shard_id shard) {
    serves_[static_cast<std::size_t>(shard)] = false;
    while (carry_out_one(
        [&](const held_command& one) { return shard_of(one.what.device) == shard; })) {
    }
    end_parked(error_code::wrong_owner,
               [&](const held_command& one) { return shard_of(one.what.device) == shard; });
  }

  void serve(command what, reply_handle to) {
    if (!serves_[static_cast<std::size_t>(shard_of(what.device))]) {
      if (not_served) {
        return not_served(std::move(what), std::move(to));
      }
      return to.answer(error{error_code::wrong_owner, {}});
    }
    queue_.push_back({std::move(what), std::move(to), 0});
  }

  void report(const poll_report& what) {
    const bool lost = what.what == poll_report::outcome::lost;
    if (const auto found = parked_.find(what.poll); lost && found != parked_.end()) {
      held_command over = std::move(found->second);
      parked_.erase(found);
      return over.to.answer(error{error_code::poll_timeout, {}});
    }
    if (unreported.erase(what.poll) != 0) {
      reports.push_back(what);
    } else if (lost) {
      lost_before_[what.poll] = true;
    }
  }

  /// The oldest command of which `which` says yes.
  template <class Which>
  bool carry_out_one(Which which) {
    const auto found = std::find_if(queue_.begin(), queue_.end(), which);
    if (found == queue_.end()) {
      return false;
    }
    held_command one = std::move(*found);
    queue_.erase(found);
    carry_out(std::move(one));
    return true;
  }
  bool carry_out_one() {
    return carry_out_one([](const held_command&) { return true; });
  }

  /// Something for a poll; false: none is parked.
  bool serve_poll() {
    if (parked_.empty()) {
      return false;
    }
    auto one = parked_.extract(parked_.begin());
    unreported[one.key()] = true;
    one.mapped().to.answer(rpc_delivery{1, "reboot", {"{}"}});
    return true;
  }

  void tick() {
    end_parked(error_code::poll_timeout,
               [&](const held_command& one) { return one.until <= clock_.now().steady; });
  }

  std::size_t queued() const { return queue_.size(); }
  std::size_t parked() const { return parked_.size(); }

  std::function<void(command&&, reply_handle&&)> not_served;
  /// By key of the saved attribute.
  std::map<std::string, int> carried_out;
  /// Polls that got something, until it is known whether it was written.
  std::map<poll_id, bool> unreported;
  std::vector<poll_report> reports;
  /// For devices' own RPCs.
  int chains_run = 0;
  /// What every device answers to read_latest.
  std::vector<latest_value> latest;
  /// Of devices' own RPCs.
  static constexpr milliseconds client_timeout = 3'000;

private:
  template <class Which>
  void end_parked(error_code why, Which which) {
    std::vector<held_command> over;
    for (auto at = parked_.begin(); at != parked_.end();) {
      const auto here = at++;
      if (which(here->second)) {
        over.push_back(std::move(here->second));
        parked_.erase(here);
      }
    }
    for (held_command& one : over) {
      const bool moves =
          why == error_code::wrong_owner && std::holds_alternative<call_rules>(one.what.body);
      one.to.answer(error{why, moves ? std::string(chain_has_run) : std::string()});
    }
  }

  void carry_out(held_command one) {
    if (one.what.deadline != 0 && one.what.deadline <= clock_.now().steady) {
      return one.to.answer(error{error_code::overloaded, {}});
    }
    if (const auto* poll = std::get_if<poll_rpc>(&one.what.body)) {
      const poll_id name = poll->poll;
      if (lost_before_.erase(name) != 0) {
        return one.to.answer(error{error_code::poll_timeout, {}});
      }
      one.until = clock_.now().steady + poll->timeout;
      parked_.emplace(name, std::move(one));
      return;
    }
    if (const auto* call = std::get_if<call_rules>(&one.what.body)) {
      chains_run += call->ran ? 0 : 1;
      one.until = clock_.now().steady + client_timeout;
      // Names of polls are not as high.
      parked_.emplace(poll_id{UINT64_MAX - ++calls_}, std::move(one));
      return;
    }
    if (const auto* save = std::get_if<save_attributes>(&one.what.body)) {
      ++carried_out[save->values.front().key];
    }
    if (std::holds_alternative<read_latest>(one.what.body)) {
      return one.to.answer(latest);
    }
    one.to.answer(done{});
  }

  const clock_source& clock_;
  std::array<bool, shard_count> serves_{};
  std::vector<held_command> queue_;
  std::map<poll_id, held_command> parked_;
  std::map<poll_id, bool> lost_before_;
  std::uint64_t calls_ = 0;
};

/// A node without devices, store and membership.
struct plain_node {
  plain_node(std::string id, network& way, const clock_source& clock, link_limits limits = {},
             router_limits waiting = {})
      : self{std::move(id), 1}, routes({shards,
                                        clock,
                                        [this](command what, reply_handle to) {
                                          registry.serve(std::move(what), std::move(to));
                                        },
                                        [this](const poll_report& what) { registry.report(what); },
                                        {},
                                        {},
                                        waiting,
                                        plain_registry::client_timeout}),
        registry(clock) {
    registry.not_served = [this](command&& what, reply_handle&& to) {
      routes.returned(std::move(what), std::move(to));
    };
    links::dependencies needs{
        clock,
        routes,
        [this](command what, reply_handle to) { registry.serve(std::move(what), std::move(to)); },
        [this](const poll_report& what) { registry.report(what); },
        [this](const node_ref& from, std::string_view what) { news.emplace_back(from, what); },
        limits};
    peers = std::move(*links::open(std::move(needs), [&](transport_events& events) {
      return result<std::unique_ptr<transport>>(way.join(self, events));
    }));
    routes.use(*peers);
  }

  node_ref self;
  shard_map shards;
  router routes;
  std::unique_ptr<links> peers;
  std::vector<std::pair<node_ref, std::string>> news;
  /// Ends first: its handles answer to the others.
  plain_registry registry;
};

} // namespace muster::test
