#include "actors/queries/queries.hpp"
#include "actors/rules/chains/node_faults.hpp"
#include "actors/rules/scripts/script_trial.hpp"
#include "actors/service/node_service.hpp"

#include <algorithm>
#include <utility>

namespace muster {

void node_service::ask(query what, reply_handle to) {
  if (auto* asked = std::get_if<inspect>(&what)) {
    // Whatever the node does not do any more, it tells of.
    return inspector_.answer(std::move(*asked), std::move(to));
  }
  if (auto* rollout = std::get_if<get_rollout>(&what)) {
    if (stopping_) {
      return to.answer(error{error_code::shutting_down, {}});
    }
    return rollouts_.ask(std::move(*rollout), std::move(to));
  }
  if (auto* graph = std::get_if<get_rule_graph>(&what)) {
    return on_reader(std::move(to), [this, graph = std::move(*graph)](reply_handle handle) {
      reply found = answer(*rows_, clock_, get_rule_chain{graph.who, graph.id});
      if (auto* chain = std::get_if<rule_chain>(&found)) {
        auto faults = node_faults(*chain, scripts_);
        found = rule_graph{std::move(*chain), std::move(faults)};
      }
      handle.answer(std::move(found));
    });
  }
  if (auto* node = std::get_if<get_rule_node>(&what)) {
    return on_reader(std::move(to), [this, node = std::move(*node)](reply_handle handle) {
      handle.answer(state_of(node));
    });
  }
  if (auto* test = std::get_if<test_script>(&what)) {
    return on_reader(std::move(to), [this, test = std::move(*test)](reply_handle handle) {
      handle.answer(try_script(test, scripts_, clock_.now()));
    });
  }
  ask_on(std::move(what), std::move(to));
}

reply node_service::state_of(const get_rule_node& what) {
  if (what.who.role != authority::tenant_administrator || !what.who.tenant) {
    return error{error_code::forbidden, no_permission};
  }
  const auto chain = chain_of_node(*rows_, *what.who.tenant, what.id);
  if (!chain) {
    return chain.error();
  }
  const auto at = static_cast<std::size_t>(
      std::ranges::find(chain->nodes, what.id, &rule_node::id) - chain->nodes.begin());
  return rule_node_state{chain->id, chain->nodes.at(at), node_faults(*chain, scripts_).at(at)};
}

void node_service::ask_on(query what, reply_handle to) {
  on_reader(std::move(to), [this, what = std::move(what)](reply_handle handle) mutable {
    reply answered = answer(*rows_, clock_, what);
    auto* history = std::get_if<history_page>(&answered);
    if (history != nullptr && history->points.empty() && history->more) {
      // Nothing found yet: the search goes on behind the reads that wait.
      auto& search = std::get<read_history>(what);
      search.from = std::move(history->more);
      search.spent = history->spent;
      return ask_on(std::move(what), std::move(handle));
    }
    handle.answer(std::move(answered));
  });
}

} // namespace muster
