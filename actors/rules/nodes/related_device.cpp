#include "actors/rules/nodes/node_makers.hpp"
#include "actors/rules/nodes/own_device.hpp"
#include "actors/rules/nodes/patterns.hpp"
#include "actors/rules/nodes/relation_queries.hpp"
#include "actors/rules/nodes/wanted_attributes.hpp"

#include <algorithm>

namespace muster {

namespace {

/// Adds attributes and latest values of a related device.
class related_device_node final : public chain_node {
public:
  related_device_node(relation_query query, wanted_attributes wanted)
      : query_(std::move(query)), wanted_(std::move(wanted)) {}

  void on(rule_message message, node_run& run) const override {
    if (!of_own_device(message, run)) {
      return run.fail(std::move(message), "the message's originator is not the device");
    }
    entity_work work;
    work.of = entity_work::source::related;
    work.query = query_;
    const auto fill = [&](const std::vector<std::string>& patterns, std::vector<std::string>& to) {
      for (const auto& pattern : patterns) {
        to.push_back(fill_pattern(pattern, message));
      }
    };
    for (std::size_t scope = 0; scope < work.attributes.size(); ++scope) {
      fill(wanted_.attributes[scope], work.attributes[scope]);
    }
    fill(wanted_.latest, work.latest);
    if (auto left = run.later(std::move(work), message); !left) {
      run.fail(std::move(message), left.error().message);
    }
  }

  void resume(rule_message message, work_outcome&& outcome, node_run& run) const override {
    if (auto* failed = std::get_if<work_failed>(&outcome)) {
      return run.fail(std::move(message), std::move(failed->why));
    }
    const auto& found = std::get<entity_found>(outcome);
    if (!found.entity) {
      return run.fail(std::move(message), "no device is related to this one as the node demands");
    }
    const attribute_source from{
        [&](attribute_scope scope, std::string_view key) -> const value* {
          const auto& all = found.attributes[static_cast<std::size_t>(scope)];
          const auto at =
              std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.key == key; });
          return at == all.end() ? nullptr : &at->val;
        },
        [&](std::string_view key) -> const latest_value* {
          const auto at = std::find_if(found.latest.begin(), found.latest.end(),
                                       [&](const auto& one) { return one.key == key; });
          return at == found.latest.end() ? nullptr : &*at;
        }};
    add_wanted(wanted_, from, std::move(message), run);
  }

private:
  const relation_query query_;
  const wanted_attributes wanted_;
};

} // namespace

result<std::unique_ptr<chain_node>> make_related_device(const node_settings& settings) {
  configuration_reader from(settings.configuration);
  relation_query query = read_device_query(from);
  wanted_attributes wanted = read_wanted(from);
  return from.end().map([&]() -> std::unique_ptr<chain_node> {
    return std::make_unique<related_device_node>(std::move(query), std::move(wanted));
  });
}

} // namespace muster
