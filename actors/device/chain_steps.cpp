#include "actors/device/chain_steps.hpp"

#include "actors/device/device_trace.hpp"
#include "actors/rules/engine/run_chain.hpp"

namespace muster {

void chain_steps::note(const node_event& what) {
  if (steps_.size() == most) {
    ++left_out_;
    return;
  }
  steps_.push_back({what.chain->name, what.node->name, what.message->type,
                    std::string(what.relation), std::string(what.why), trace_microseconds()});
}

} // namespace muster
