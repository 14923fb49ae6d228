#pragma once

#include "actors/cluster/links/caf_transport.hpp"
#include "actors/cluster/links/links.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace muster::test {

/// False: it did not come true within ten seconds.
template <class Condition>
bool eventually(Condition condition) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) {
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

/// Counts what becomes of calls.
class outcomes final : public peer_link_events {
public:
  void answered(std::vector<answered_call> batch) override {
    const std::lock_guard guard(lock_);
    for (answered_call& one : batch) {
      answers_[static_cast<std::uint64_t>(one.call)].push_back(std::move(one.what));
    }
    count_ += batch.size();
    if (on_answer) {
      on_answer(batch.size());
    }
  }
  void failed(std::vector<failed_call> calls) override {
    const std::lock_guard guard(lock_);
    for (const failed_call& one : calls) {
      failures_[static_cast<std::uint64_t>(one.call)].push_back(one.perhaps_carried_out);
    }
  }
  void connected() override { ++connections; }

  std::size_t answers(std::uint64_t call) const {
    const std::lock_guard guard(lock_);
    const auto found = answers_.find(call);
    return found != answers_.end() ? found->second.size() : 0;
  }
  std::size_t failures(std::uint64_t call) const {
    const std::lock_guard guard(lock_);
    const auto found = failures_.find(call);
    return found != failures_.end() ? found->second.size() : 0;
  }
  reply first(std::uint64_t call) const {
    const std::lock_guard guard(lock_);
    return answers_.at(call).front();
  }
  std::size_t count() const { return count_; }

  std::atomic<int> connections = 0;
  std::function<void(std::size_t)> on_answer;

private:
  mutable std::mutex lock_;
  std::map<std::uint64_t, std::vector<reply>> answers_;
  std::map<std::uint64_t, std::vector<bool>> failures_;
  std::atomic<std::size_t> count_ = 0;
};

/// A node that answers every command at once: with its attributes' keys, or not at all.
class caf_node {
public:
  caf_node(const caf_transport_options& options, bool answers = true) : self(options.self) {
    links::dependencies needs{clock,
                              calls,
                              [this, answers](command what, reply_handle to) {
                                if (answers) {
                                  answer(what, std::move(to));
                                } else {
                                  const std::lock_guard guard(lock_);
                                  held_.push_back(std::move(to));
                                }
                              },
                              [](const poll_report&) {},
                              {},
                              {}};
    auto made = links::open(std::move(needs), [&](transport_events& events) {
      auto way = open_caf_transport(options, events);
      if (!way) {
        return result<std::unique_ptr<transport>>(tl::unexpected(way.error()));
      }
      port = (*way)->port();
      return result<std::unique_ptr<transport>>(std::move(*way));
    });
    if (!made) {
      problem = made.error();
      return;
    }
    peers = std::move(*made);
  }

  ~caf_node() {
    if (peers != nullptr) {
      peers->stop();
    }
  }

  peer_address address() const { return {self, "127.0.0.1", port}; }

  /// Asks for the keys of a list: they come back as an error's message.
  peer_link::verdict ask(const node_ref& to, std::uint64_t call, std::string key = "k") {
    command what;
    what.sender = system_sender{};
    what.body = delete_attributes{attribute_scope::server, {std::move(key)}};
    return peers->send(to, call_id{call}, wire_bytes(what), peer_link::pace::prompt);
  }

  bool connected() const { return peers->counters().peers_connected > 0; }

  system_clock_source clock;
  outcomes calls;
  node_ref self;
  std::uint16_t port = 0;
  std::optional<error> problem;
  std::unique_ptr<links> peers;
  std::atomic<std::uint64_t> served = 0;

private:
  static std::string wire_bytes(const command& what);

  void answer(const command& what, reply_handle to) {
    ++served;
    std::string keys;
    for (const std::string& key : std::get<delete_attributes>(what.body).keys) {
      keys += key;
    }
    to.answer(error{error_code::invalid, std::move(keys)});
  }

  std::mutex lock_;
  std::vector<reply_handle> held_;
};

inline caf_transport_options node_options(const std::string& id, std::uint64_t generation = 1) {
  caf_transport_options options;
  options.cluster = "fleet";
  options.self = {id, generation};
  options.host = "127.0.0.1";
  return options;
}

} // namespace muster::test
