#pragma once

#include "actors/inspection/cluster_report.hpp"
#include "actors/model/query.hpp"
#include "actors/model/reply.hpp"
#include "actors/model/time.hpp"
#include "actors/registry/registry.hpp"
#include "persistence/cluster/node_ref.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

/// Has any node of a cluster answer for all: asks the others what an operator asks this one, and
/// puts together what they say within some seconds. A node that does not answer in time, is not
/// connected or has too much to say is named as such. Thread-safe; no member blocks.
class cluster_inspector final : private reply_sink {
public:
  struct dependencies {
    const clock_source& clock;
    /// This node's name.
    std::string self;
    /// The others that are not dead.
    std::function<std::vector<persistence::node_ref>()> others;
    /// Says so to that node, which then hears it; false: it is not connected.
    std::function<bool(const persistence::node_ref&, std::string)> tell;
    /// This node's own answer.
    std::function<void(inspect&&, reply_handle)> here;
    /// For what takes long: reading large reports.
    run_blocking read;
  };

  explicit cluster_inspector(dependencies needs) : needs_(std::move(needs)) {}

  /// Whether the question is one about nodes that all of them are to answer: not with the parameter
  /// `here`, and not of a device, which its owner answers for.
  static bool is_for_all(const inspect& what);

  /// Answers with `inspected`: see cluster_report. Whoever must not ask, or asks badly, hears what
  /// this node says to that.
  void ask(inspect&& what, reply_handle to);

  /// What another node says; false: it is not of this.
  bool hear(const persistence::node_ref& from, std::string_view words);

  /// Ends questions whose time is over; every 20 ms or so.
  void tick();

private:
  struct question {
    inspect what;
    reply_handle to;
    /// Steady time.
    milliseconds until = 0;
    std::vector<node_report> said;
    /// Nodes that have not answered yet, by name.
    std::size_t missing = 0;
  };
  struct asked_by {
    persistence::node_ref node;
    std::uint64_t number = 0;
  };

  void push(std::vector<completion> batch) noexcept override;
  void take_own(std::uint64_t number, reply&& what);
  void send_back(std::uint64_t request, const reply& what);
  void hear_question(const persistence::node_ref& from, std::uint64_t number, inspect&& what);
  /// What that node says; with `because`, why it says nothing.
  void take(std::uint64_t number, const std::string& node, std::string text, std::string because);
  void finish(question&& done);

  dependencies needs_;
  std::mutex mutex_;
  std::uint64_t last_number_ = 0;
  std::map<std::uint64_t, question> questions_;
  /// Of other nodes, under way here.
  std::map<std::uint64_t, asked_by> asked_;
};

} // namespace muster
