#include "actors/device/device_events.hpp"

#include "actors/directory/checks.hpp"
#include "actors/directory/directory.hpp"
#include "actors/rules/engine/chain_work.hpp"
#include "actors/rules/engine/message_types.hpp"
#include "actors/rules/rules_table.hpp"

#include <atomic>
#include <memory>
#include <utility>

namespace muster {

namespace {

/// An answer that waits until devices have been told.
struct held_answer {
  reply_handle to;
  reply with;
  std::atomic<std::size_t> left{0};
  std::atomic<error_code> failed{error_code::not_found};

  void told(const reply& answer) {
    // A device that is gone need not be told.
    const auto* why = std::get_if<error>(&answer);
    if (why != nullptr && why->code != error_code::not_found) {
      failed = why->code;
    }
    if (--left == 0) {
      to.answer(failed == error_code::not_found ? std::move(with) : reply(error{failed, {}}));
    }
  }
};

} // namespace

result<bool> directory::hears_events(const tenant_id& tenant, const profile_id& profile) {
  return needs_.rules.get(tenant, profile).map([](const rules_entry* rules) {
    return rules->special() && !rules->get()->shortcuts.events;
  });
}

void directory::wake(const device_id& device) {
  needs_.send({device, system_sender{}, 0, read_latest{}}, calls_.make([](reply&&) {}));
}

result<std::vector<rule_message>> directory::told_of_new(const device_info& made, const caller* who,
                                                         bool provisioned) {
  return hears_events(made.tenant, made.profile).map([&](bool heard) {
    std::vector<rule_message> told;
    if (heard) {
      told.push_back(entity_event(message_types::entity_created, made, who, made.created));
    }
    if (heard && provisioned) {
      told.push_back(provision_event(message_types::provision_success, made, made.created));
    }
    return told;
  });
}

result<bool> directory::hears_events(const entity_ref& end) {
  if (end.kind != entity_type::device) {
    return false;
  }
  const auto device = needs_.rows.read_device_info({end.id});
  if (!device) {
    return tl::unexpected(device.error());
  }
  return *device ? hears_events((*device)->tenant, (*device)->profile) : false;
}

result<void> directory::tell_ends(std::string_view type, const relation& of, const caller& who,
                                  device_messages& into) {
  for (const auto& end : {of.from, of.to}) {
    const auto heard = hears_events(end);
    if (!heard) {
      return tl::unexpected(heard.error());
    }
    if (*heard) {
      into.emplace_back(device_id{end.id}, relation_event(type, end, &of, who, now()));
    }
  }
  return {};
}

result<void> directory::tell_relations_gone(const entity_ref& of, const caller& who,
                                            device_messages& into) {
  return hears_events(of).map([&](bool heard) {
    if (heard) {
      into.emplace_back(device_id{of.id},
                        relation_event(message_types::relations_deleted, of, nullptr, who, now()));
    }
  });
}

reply_handle directory::after_telling(device_messages&& what, reply_handle to) {
  if (what.empty()) {
    return to;
  }
  auto held = std::make_shared<held_answer>();
  held->to = std::move(to);
  held->left = what.size();
  auto messages = std::make_shared<device_messages>(std::move(what));
  return calls_.make([this, held, messages](reply&& outcome) {
    if (std::holds_alternative<error>(outcome)) {
      return held->to.answer(std::move(outcome));
    }
    held->with = std::move(outcome);
    for (auto& [device, message] : *messages) {
      take_rule_message told{encode({{{}, {}, std::move(message)}, wait_work{}}), std::nullopt, 0};
      needs_.send({device, system_sender{}, 0, std::move(told)},
                  calls_.make([held](reply&& answer) { held->told(answer); }));
    }
  });
}

} // namespace muster
