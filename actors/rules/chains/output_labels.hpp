#pragma once

#include "actors/model/rule_chain.hpp"

#include <map>
#include <string>
#include <vector>

namespace muster {

/// The names along which messages leave the chain, sorted: those of its output nodes.
std::vector<std::string> output_labels(const rule_chain& chain);

/// Which labels of output nodes have another name after a change; those whose new name is in doubt
/// or that are still there are left out.
std::map<std::string, std::string> renamed_labels(const rule_chain& before,
                                                  const rule_chain& after);

/// Renames the connections that leave the chain's entrances to `target`. False: there are none.
bool rename_connections(rule_chain& chain, const rule_chain_id& target,
                        const std::map<std::string, std::string>& renamed);

} // namespace muster
