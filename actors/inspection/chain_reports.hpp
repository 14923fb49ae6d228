#pragma once

#include "actors/model/time.hpp"
#include "actors/rules/rules_table.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <string>

namespace muster {

/// `{"total":n,"chains":[...]}`: what passed the chains and each of their nodes since they were
/// made ready, the busiest first, `most` at most. `named`: only those of that name or identifier;
/// empty: all. Messages that need not pass a chain are in no count.
nlohmann::ordered_json describe_chains(const rules_table& rules, const std::string& named,
                                       std::size_t most, instant now);

} // namespace muster
