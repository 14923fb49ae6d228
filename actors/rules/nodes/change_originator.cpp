#include "actors/rules/nodes/configuration.hpp"
#include "actors/rules/nodes/node_makers.hpp"
#include "actors/rules/nodes/own_device.hpp"
#include "actors/rules/nodes/patterns.hpp"
#include "actors/rules/nodes/relation_queries.hpp"

namespace muster {

namespace {

enum class originator_source : std::uint8_t { customer, tenant, related, alarm_originator, entity };

/// The message is another entity's from here on. That of another device goes on in that one's
/// actor, where it may do what messages of a device may.
class change_originator final : public chain_node {
public:
  change_originator(originator_source to, entity_work look_up)
      : to_(to), look_up_(std::move(look_up)) {}

  void on(rule_message message, node_run& run) const override {
    const device_info& info = run.device().info();
    switch (to_) {
    case originator_source::tenant:
      return become({entity_type::tenant, info.tenant.value}, std::move(message), run);
    case originator_source::customer:
      if (!of_own_device(message, run) || !info.customer) {
        return run.fail(std::move(message), "the message's originator has no customer");
      }
      return become({entity_type::customer, info.customer->value}, std::move(message), run);
    case originator_source::alarm_originator:
      // Alarms are devices' only, and chains are told of them in the device's actor.
      if (!of_own_device(message, run) && message.originator.kind != entity_type::alarm) {
        return run.fail(std::move(message), "the message's originator is not an alarm");
      }
      return become({entity_type::device, info.id.value}, std::move(message), run);
    default:
      return find(std::move(message), run);
    }
  }

  void resume(rule_message message, work_outcome&& outcome, node_run& run) const override {
    if (auto* failed = std::get_if<work_failed>(&outcome)) {
      return run.fail(std::move(message), std::move(failed->why));
    }
    if (std::holds_alternative<handed_over>(outcome)) {
      return become({entity_type::device, run.device().info().id.value}, std::move(message), run);
    }
    const auto& found = std::get<entity_found>(outcome);
    if (!found.entity) {
      return run.fail(std::move(message), to_ == originator_source::related
                                              ? "no entity is related as the node demands"
                                              : "there is no entity of that name");
    }
    become(*found.entity, std::move(message), run);
  }

private:
  void find(rule_message message, node_run& run) const {
    if (to_ == originator_source::related && !of_own_device(message, run)) {
      return run.fail(std::move(message), "the message's originator is not the device");
    }
    entity_work work = look_up_;
    work.name = fill_pattern(look_up_.name, message);
    leave(std::move(work), std::move(message), run);
  }

  static void become(const entity_ref& entity, rule_message message, node_run& run) {
    if (entity.kind == entity_type::device && entity.id != run.device().info().id.value) {
      return leave(hand_over_work{{entity.id}}, std::move(message), run);
    }
    message.originator = entity;
    run.tell(relations::success, std::move(message));
  }

  static void leave(chain_work&& work, rule_message message, node_run& run) {
    if (auto left = run.later(std::move(work), message); !left) {
      run.fail(std::move(message), left.error().message);
    }
  }

  const originator_source to_;
  const entity_work look_up_;
};

/// What of the device is looked for; refuses what cannot be found.
entity_work read_look_up(originator_source source, configuration_reader& from) {
  entity_work made;
  if (source == originator_source::related) {
    made.of = entity_work::source::related;
    made.query = read_relations_query(from);
  } else if (source == originator_source::entity) {
    made.of = entity_work::source::named;
    made.name = from.text("entityNamePattern");
    const std::string kind = from.text("entityType");
    const auto known = read_entity_kind(kind);
    if (known) {
      made.kind = *known;
    } else {
      from.refuse("entityType", "is \"" + kind +
                                    "\": only DEVICE, CUSTOMER and TENANT have names "
                                    "that are looked for");
    }
    if (made.name.empty() && made.kind != entity_type::tenant) {
      from.refuse("entityNamePattern", "is missing");
    }
  }
  return made;
}

} // namespace

result<std::unique_ptr<chain_node>> make_change_originator(const node_settings& settings) {
  configuration_reader from(settings.configuration);
  const auto source = static_cast<originator_source>(from.choice(
      "originatorSource", {"CUSTOMER", "TENANT", "RELATED", "ALARM_ORIGINATOR", "ENTITY"}, 0));
  entity_work look_up = read_look_up(source, from);
  return from.end().map([&]() -> std::unique_ptr<chain_node> {
    return std::make_unique<change_originator>(source, std::move(look_up));
  });
}

} // namespace muster
