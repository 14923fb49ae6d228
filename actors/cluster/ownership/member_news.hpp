#pragma once

#include "persistence/cluster/cluster_table.hpp"

#include <string>
#include <vector>

namespace muster {

/// What happened to the members between two readings of the table, a sentence for each, for the
/// log.
std::vector<std::string> member_news(const std::vector<persistence::member>& before,
                                     const std::vector<persistence::member>& now);

} // namespace muster
