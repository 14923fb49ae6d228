#include "tests/actors_rules/chain_bench.hpp"
#include "tests/actors_rules/engine/plain_chains.hpp"
#include "tests/catch.hpp"

#include <nlohmann/json.hpp>
#include <rapidcheck.h>

namespace muster::test {

namespace {

struct written_step {
  std::string name;
  std::string node_class;
  nlohmann::json configuration;
};

class step_writer {
public:
  explicit step_writer(const std::vector<rule_chain_id>& chains) : chains_(chains) {}

  written_step operator()(const type_step& step) const {
    return {"type", "filter.TbMsgTypeFilterNode", {{"messageTypes", step.types}}};
  }
  written_step operator()(const fields_step& step) const {
    return {"fields",
            "filter.TbCheckMessageNode",
            {{"messageNames", step.body},
             {"metadataNames", step.metadata},
             {"checkAllKeys", step.all}}};
  }
  written_step operator()(const switch_step& step) const {
    const std::string body =
        step.returns_number
            ? "return 5;"
            : "var to = []; if (msg.a > " + std::to_string(step.above) +
                  ") { to.push('high'); } if ('m' in metadata) { to.push('marked'); } return to;";
    return {"switch", "filter.TbJsSwitchNode", {{"scriptLang", "JS"}, {"jsScript", body}}};
  }
  written_step operator()(const save_step&) const {
    return {"save", "telemetry.TbMsgTimeseriesNode", nlohmann::json::object()};
  }
  written_step operator()(const rename_step& step) const {
    return {"rename",
            "transform.TbRenameKeysNode",
            {{"renameIn", step.in_metadata ? "METADATA" : "DATA"},
             {"renameKeysMapping", {{step.from, step.to}}}}};
  }
  written_step operator()(const call_step& step) const {
    const uuid called = step.chain < chains_.size() ? chains_[step.chain].value : random_uuid();
    return {"call", "flow.TbRuleChainInputNode", {{"ruleChainId", to_string(called)}}};
  }
  written_step operator()(const output_step& step) const {
    return {step.name, "flow.TbRuleChainOutputNode", nlohmann::json::object()};
  }

private:
  const std::vector<rule_chain_id>& chains_;
};

outcome run_engine(const std::vector<plain_chain>& chains, const plain_message& message) {
  chain_bench at;
  std::vector<chain_builder> builders;
  std::vector<rule_chain_id> ids;
  for (std::size_t i = 0; i < chains.size(); ++i) {
    builders.emplace_back(std::to_string(i));
    ids.push_back(builders.back().chain.id);
  }
  for (std::size_t i = 0; i < chains.size(); ++i) {
    for (const auto& step : chains[i].steps) {
      const auto written = std::visit(step_writer(ids), step);
      builders[i].named(written.name, written.node_class, written.configuration.dump());
    }
    for (const auto& one : chains[i].connections) {
      builders[i].connect(static_cast<std::uint32_t>(one.from), one.relation,
                          static_cast<std::uint32_t>(one.to));
    }
    at.add(builders[i].chain);
  }
  auto sent = message_of(at.device, message.type, nlohmann::json(message.body).dump());
  sent.metadata.insert(message.metadata.begin(), message.metadata.end());
  outcome made;
  chain_run with{at.chains, at.device, at.now};
  with.most_steps = 1'000'000;
  with.watch = [&](const node_event& seen) {
    const auto node = seen.node - seen.chain->nodes.data();
    made.way.insert(seen.chain->name + " " + std::to_string(node) + ">" +
                    std::string(seen.relation));
  };
  made.failed = !run_chain(*at.chains.find(ids.front()), std::move(sent), with).empty();
  for (const auto& line : at.device.done) {
    const std::string before = "telemetry 5 ";
    const std::string after = " ttl 0";
    RC_ASSERT(line.starts_with(before));
    RC_ASSERT(line.ends_with(after));
    made.saved.insert(nlohmann::json::parse(
                          line.substr(before.size(), line.size() - before.size() - after.size()))
                          .dump());
  }
  return made;
}

namespace any {

std::string of(std::vector<std::string> names) {
  return *rc::gen::elementOf(std::move(names));
}

std::vector<std::string> some_of(std::vector<std::string> names) {
  std::erase_if(names, [](const auto&) { return !*rc::gen::arbitrary<bool>(); });
  return names;
}

const std::vector<std::string> types{"POST_TELEMETRY_REQUEST", "MINE"};
const std::vector<std::string> body_names{"a", "b", "c"};
const std::vector<std::string> metadata_names{"m", "n"};
const std::vector<std::string> output_names{"one", "two"};

/// Every relation that there is, as often as not in the way that it is told.
const std::vector<std::string> relations{"True", "False",  "Success", "Failure",
                                         "high", "marked", "one",     "two"};

plain_step step(std::size_t chains) {
  switch (*rc::gen::inRange(0, 8)) {
  case 0:
    return type_step{some_of(types)};
  case 1:
    return fields_step{some_of(body_names), some_of(metadata_names), *rc::gen::arbitrary<bool>()};
  case 2:
    return switch_step{*rc::gen::inRange(0, 5), *rc::gen::inRange(0, 5) == 0};
  case 3:
  case 4:
    return save_step{};
  case 5: {
    const bool in_metadata = *rc::gen::arbitrary<bool>();
    const auto& names = in_metadata ? metadata_names : body_names;
    return rename_step{in_metadata, of(names), of(names)};
  }
  case 6:
    return call_step{*rc::gen::inRange<std::size_t>(0, chains + 1)};
  default:
    return output_step{of(output_names)};
  }
}

/// Connections lead to later nodes only, as chains have no way back.
plain_chain chain(std::size_t chains) {
  plain_chain made;
  const auto nodes = *rc::gen::inRange<std::size_t>(1, 8);
  for (std::size_t i = 0; i < nodes; ++i) {
    made.steps.push_back(step(chains));
  }
  for (std::size_t from = 0; from + 1 < nodes; ++from) {
    for (const auto& relation : relations) {
      if (*rc::gen::inRange(0, 3) > 0) {
        made.connections.push_back(
            {from, *rc::gen::inRange<std::size_t>(from + 1, nodes), relation});
      }
    }
  }
  return made;
}

plain_message message() {
  plain_message made;
  made.type = *rc::gen::weightedElement<std::string>({{4, types[0]}, {1, types[1]}});
  for (const auto& name : some_of(body_names)) {
    made.body[name] = *rc::gen::inRange(0, 6);
  }
  for (const auto& name : some_of(metadata_names)) {
    made.metadata[name] = "x";
  }
  return made;
}

} // namespace any

} // namespace

TEST_CASE("chains do to messages what a plain recursive function does") {
  CHECK(rc::check("chains against a recursive function", [] {
    const auto count = *rc::gen::inRange<std::size_t>(1, 4);
    std::vector<plain_chain> chains;
    for (std::size_t i = 0; i < count; ++i) {
      chains.push_back(any::chain(count));
    }
    const auto message = any::message();
    const auto expected = interpret(chains, message);
    const auto made = run_engine(chains, message);
    RC_CLASSIFY(!expected.saved.empty(), "something is saved");
    RC_CLASSIFY(expected.failed, "something fails");
    RC_ASSERT(made.way == expected.way);
    RC_ASSERT(made.saved == expected.saved);
    RC_ASSERT(made.failed == expected.failed);
  }));
}

} // namespace muster::test
