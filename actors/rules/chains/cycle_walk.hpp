#pragma once

#include <set>
#include <vector>

namespace muster {

/// Whether a walk from a vertex comes to one that it is in the middle of; then calls `again` with
/// the step that does. `next(vertex)`: where to from there. The walk keeps its own stack: graphs
/// come from clients.
template <class Vertex, class Next, class Again>
bool walk_finds_cycle(const Vertex& from, Next next, Again again) {
  struct visit {
    Vertex vertex;
    std::vector<Vertex> open;
  };
  std::set<Vertex> done;
  std::set<Vertex> under_way{from};
  std::vector<visit> way{{from, next(from)}};
  while (!way.empty()) {
    auto& top = way.back();
    if (top.open.empty()) {
      under_way.erase(top.vertex);
      done.insert(top.vertex);
      way.pop_back();
      continue;
    }
    const Vertex to = top.open.back();
    top.open.pop_back();
    if (under_way.contains(to)) {
      again(top.vertex, to);
      return true;
    }
    if (!done.contains(to)) {
      under_way.insert(to);
      way.push_back({to, next(to)});
    }
  }
  return false;
}

} // namespace muster
