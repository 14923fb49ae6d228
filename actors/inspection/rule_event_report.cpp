#include "actors/inspection/rule_event_report.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace muster {

namespace {

using event_json = nlohmann::ordered_json;

constexpr std::uint32_t listed_at_once = 1'000;

/// Visits what a list has, page by page.
template <class Row>
result<void> visit_pages(const std::function<result<page<Row>>(const page_link&)>& list,
                         const std::function<result<void>(Row&)>& visit) {
  page_link link;
  link.size = listed_at_once;
  for (bool more = true; more; ++link.page) {
    auto some = list(link);
    if (!some) {
      return tl::unexpected(std::move(some.error()));
    }
    for (auto& one : some->data) {
      if (auto seen = visit(one); !seen) {
        return seen;
      }
    }
    more = some->has_next;
  }
  return {};
}

/// A chain, or one node of it.
struct found_chain {
  rule_chain chain;
  std::optional<rule_node_id> node;
};

std::optional<found_chain> matched(rule_chain& chain, const std::string& of,
                                   const std::optional<uuid>& id) {
  if (id ? chain.id.value == *id : chain.name == of) {
    return found_chain{std::move(chain), std::nullopt};
  }
  if (id && std::ranges::any_of(chain.nodes, [&](const auto& n) { return n.id.value == *id; })) {
    return found_chain{std::move(chain), rule_node_id{*id}};
  }
  return std::nullopt;
}

result<found_chain> find_chain(persistence::store& rows, const std::string& of) {
  const auto id = parse_uuid(of);
  std::vector<found_chain> all;
  const auto keep = [&](rule_chain& chain) -> result<void> {
    if (auto one = matched(chain, of, id)) {
      all.push_back(std::move(*one));
    }
    return {};
  };
  auto read = visit_pages<tenant>(
      [&](const page_link& link) { return rows.list_tenants(link); },
      [&](const tenant& of_tenant) {
        return visit_pages<rule_chain>(
            [&](const page_link& link) { return rows.list_rule_chains(of_tenant.id, link); }, keep);
      });
  if (!read) {
    return tl::unexpected(std::move(read.error()));
  }
  if (all.size() > 1) {
    return fail(error_code::invalid,
                "several rule chains are called \"" + of + "\": give the identifier");
  }
  if (all.empty()) {
    return fail(error_code::not_found,
                "no rule chain has the name or identifier \"" + of + "\", and no node has it");
  }
  return std::move(all.front());
}

event_json shown(const rule_event& event, const std::string& node) {
  const bool in = event.kind == rule_event_kind::in;
  event_json one{{"ts", event.created},
                 {"ruleNode", node},
                 {"ruleNodeId", to_string(event.node)},
                 {"way", in ? "in" : "out"},
                 {"relation", in ? event_json() : event_json(event.relation)},
                 {"type", event.message_type},
                 {"message", to_string(event.message)},
                 {"originator", to_string(event.originator.id)},
                 {"data", event.data},
                 {"metadata", event.metadata}};
  if (!event.failure.empty()) {
    one["error"] = event.failure;
  }
  return one;
}

} // namespace

result<event_json> describe_rule_events(persistence::store& rows, const wanted_events& wanted) {
  const auto found = find_chain(rows, wanted.of);
  if (!found) {
    return tl::unexpected(found.error());
  }
  persistence::rule_event_list which{found->chain.tenant, {}, {}};
  std::map<uuid, std::string> names;
  for (const auto& node : found->chain.nodes) {
    if (!found->node || *found->node == node.id) {
      which.nodes.push_back(node.id);
      names[node.id.value] = node.name;
    }
  }
  which.filter.end = std::numeric_limits<timestamp>::max();
  which.filter.failed = wanted.failed ? std::optional(true) : std::nullopt;
  page_link link;
  link.size = static_cast<std::uint32_t>(std::max<std::size_t>(wanted.most, 1));
  link.descending = true;
  return rows.list_rule_events(which, link).map([&](const page<rule_event>& events) {
    auto all = event_json::array();
    for (const auto& one : events.data) {
      all.push_back(shown(one, names[one.node.value]));
    }
    return event_json{{"chain", found->chain.name},
                      {"chainId", to_string(found->chain.id)},
                      {"total", events.total},
                      {"events", std::move(all)}};
  });
}

} // namespace muster
