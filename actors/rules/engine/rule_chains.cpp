#include "actors/rules/engine/rule_chains.hpp"

#include "actors/rules/engine/message_types.hpp"
#include "actors/rules/nodes/node_makers.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace muster {

namespace {

constexpr std::string_view chain_call_class = "flow.TbRuleChainInputNode";
constexpr std::string_view output_class = "flow.TbRuleChainOutputNode";

std::string lower(std::string_view text) {
  std::string made(text);
  std::transform(made.begin(), made.end(), made.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return made;
}

result<chain_call> read_call(const nlohmann::json& configuration) {
  const auto found = configuration.find("ruleChainId");
  if (found == configuration.end() || !found->is_string()) {
    return fail(error_code::invalid, "ruleChainId is missing");
  }
  const auto id = parse_uuid(found->get<std::string>());
  if (!id) {
    return fail(error_code::invalid, "ruleChainId is not an identifier");
  }
  return chain_call{{*id}};
}

ready_node make_node(const rule_node& row, script_engine& scripts) {
  ready_node made;
  made.id = row.id;
  made.name = row.name;
  made.debug = row.debug;
  const std::string_view name = short_class(row.type);
  made.type = name;
  const auto configuration = nlohmann::json::parse(row.configuration.text, nullptr, false);
  if (!configuration.is_object()) {
    made.broken = "the configuration is not an object";
    return made;
  }
  if (name == output_class) {
    made.output = true;
  } else if (name == chain_call_class) {
    if (auto call = read_call(configuration)) {
      made.call = *call;
    } else {
      made.broken = call.error().message;
    }
  } else if (const node_maker make = find_node_maker(name)) {
    if (auto node = make({row, configuration, scripts})) {
      made.node = std::move(*node);
    } else {
      made.broken = node.error().message;
    }
  } else {
    made.broken = "unknown class " + row.type;
  }
  return made;
}

/// Goes through a chain as a message of one type would, as long as that can be foretold.
class foreteller {
public:
  explicit foreteller(std::string_view type) : type_(type) {}

  void enter(const ready_chain& chain) {
    if (!chain.first) {
      return;
    }
    reach(chain, *chain.first);
  }

  bool known() const noexcept { return known_; }
  const std::vector<node_forecast::kind>& done() const noexcept { return done_; }

private:
  void reach(const ready_chain& chain, std::uint32_t place) {
    const ready_node& node = chain.nodes[place];
    // Chains that call others are rare enough not to be foretold.
    // Of a debugged node each message is told. That of one whose debugging is over goes the long
    // way until the chain is changed.
    const bool told = node.debug.all_enabled || node.debug.all_enabled_until != 0;
    if (!known_ || ++steps_ > most_steps || node.node == nullptr || told) {
      known_ = false;
      return;
    }
    const node_forecast seen = node.node->foresee(type_);
    if (seen.what == node_forecast::kind::unknown) {
      known_ = false;
      return;
    }
    if (seen.what != node_forecast::kind::passes) {
      done_.push_back(seen.what);
    }
    const std::string wanted = lower(seen.relation);
    for (const auto& [relation, next] : node.follows) {
      if (relation == wanted) {
        reach(chain, next);
      }
    }
  }

  static constexpr int most_steps = 100;

  std::string_view type_;
  bool known_ = true;
  int steps_ = 0;
  std::vector<node_forecast::kind> done_;
};

bool only(const ready_chain& entry, std::string_view type,
          std::optional<node_forecast::kind> what) {
  foreteller of(type);
  of.enter(entry);
  if (!of.known()) {
    return false;
  }
  return what ? of.done() == std::vector{*what} : of.done().empty();
}

} // namespace

std::shared_ptr<const ready_chain> make_ready(const rule_chain& chain, script_engine& scripts) {
  auto made = std::make_shared<ready_chain>();
  made->id = chain.id;
  made->name = chain.name;
  made->version = chain.version;
  made->first = chain.first_node;
  for (const auto& row : chain.nodes) {
    made->nodes.push_back(make_node(row, scripts));
    made->debugged = made->debugged || row.debug != rule_node_debug{};
    if (const auto& node = made->nodes.back().node; node != nullptr && node->is_source()) {
      made->sources.push_back(static_cast<std::uint32_t>(made->nodes.size() - 1));
    }
  }
  for (const auto& one : chain.connections) {
    made->nodes[one.from].follows.emplace_back(lower(one.type), one.to);
  }
  made->counts = std::make_unique<chain_counts>(made->nodes.size());
  return made;
}

chain_shortcuts find_shortcuts(const ready_chain& entry) {
  using kind = node_forecast::kind;
  chain_shortcuts found;
  found.telemetry = only(entry, message_types::post_telemetry, kind::saves_telemetry);
  found.attributes = only(entry, message_types::post_attributes, kind::saves_client_attributes);
  found.rpc_to_device = only(entry, message_types::rpc_to_device, kind::calls_device);
  found.rpc_from_device = only(entry, message_types::rpc_from_device, std::nullopt);
  found.events = true;
  for (const auto type : event_types()) {
    found.events = found.events && only(entry, type, std::nullopt);
  }
  return found;
}

} // namespace muster
