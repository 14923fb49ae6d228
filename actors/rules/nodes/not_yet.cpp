#include "actors/rules/nodes/node_makers.hpp"

namespace muster {

/// Classes of the reference that wait for something that is not here.
result<std::unique_ptr<chain_node>> make_not_yet(const node_settings&) {
  return fail(error_code::invalid, "not supported yet");
}

} // namespace muster
