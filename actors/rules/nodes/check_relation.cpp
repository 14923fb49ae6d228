#include "actors/rules/nodes/node_makers.hpp"
#include "actors/rules/nodes/own_device.hpp"
#include "actors/rules/nodes/relation_queries.hpp"

namespace muster {

namespace {

/// Whether the device has a relation, to one entity or to any.
class check_relation_node final : public chain_node {
public:
  /// nullopt: to an entity of a kind that has no relations here.
  explicit check_relation_node(std::optional<relation_work> what) : what_(std::move(what)) {}

  void on(rule_message message, node_run& run) const override {
    if (!of_own_device(message, run)) {
      return run.fail(std::move(message), "the message's originator is not the device");
    }
    if (!what_) {
      return run.tell(relations::no, std::move(message));
    }
    if (auto left = run.later(*what_, message); !left) {
      run.fail(std::move(message), left.error().message);
    }
  }

  void resume(rule_message message, work_outcome&& outcome, node_run& run) const override {
    if (auto* failed = std::get_if<work_failed>(&outcome)) {
      return run.fail(std::move(message), std::move(failed->why));
    }
    const bool there = std::get<relation_found>(outcome).there;
    run.tell(there ? relations::yes : relations::no, std::move(message));
  }

private:
  const std::optional<relation_work> what_;
};

} // namespace

result<std::unique_ptr<chain_node>> make_check_relation(const node_settings& settings) {
  configuration_reader from(settings.configuration);
  std::optional<relation_work> what(std::in_place);
  what->from = read_direction(from);
  what->type = from.text("relationType", "Contains");
  if (from.flag("checkForSingleEntity", true)) {
    const auto id = parse_uuid(from.text("entityId"));
    if (!id) {
      from.refuse("entityId", "is not an identifier");
    }
    const auto kind = read_entity_kind(from.text("entityType"));
    if (kind && id) {
      what->entity = {*kind, *id};
    } else {
      what.reset();
    }
  }
  return from.end().map([&]() -> std::unique_ptr<chain_node> {
    return std::make_unique<check_relation_node>(std::move(what));
  });
}

} // namespace muster
