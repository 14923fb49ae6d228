#include "actors/rules/engine/debug_events.hpp"

#include "actors/rules/engine/debug_budget.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace muster {

namespace {

bool is_wanted(const node_event& what, timestamp now) {
  const auto& debug = what.node->debug;
  return debug.all_enabled || now < debug.all_enabled_until ||
         (debug.failures_enabled && what.relation == relations::failure);
}

/// Between two characters.
std::string cut(std::string_view text) {
  std::size_t end = text.size();
  if (end > longest_event_text) {
    end = longest_event_text;
    while (end > 0 && (static_cast<std::uint8_t>(text[end]) & 0xc0) == 0x80) {
      --end;
    }
  }
  return std::string(text.substr(0, end));
}

std::string metadata_text(const message_metadata& metadata) {
  if (metadata.empty()) {
    return "{}";
  }
  return nlohmann::json(metadata).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace

std::optional<rule_event> debug_event(const node_event& what, const tenant_id& tenant,
                                      debug_budget* budget, timestamp now) {
  if (!is_wanted(what, now)) {
    return std::nullopt;
  }
  const auto granted = budget != nullptr ? budget->take(now) : debug_budget::answer::granted;
  if (granted == debug_budget::answer::none) {
    return std::nullopt;
  }
  rule_event event;
  event.id = ordered_uuid(now);
  event.created = now;
  event.tenant = tenant;
  event.node = what.node->id;
  event.kind = what.relation.empty() ? rule_event_kind::in : rule_event_kind::out;
  event.originator = what.message->originator;
  event.message = what.message->id;
  event.message_type = cut(what.message->type);
  event.relation = cut(what.relation);
  event.data = cut(what.message->data.text());
  event.metadata = cut(metadata_text(what.message->metadata));
  event.failure = cut(what.why);
  if (granted == debug_budget::answer::last) {
    event.failure = "These were " + std::to_string(budget->an_hour()) +
                    " events of this hour: no more are kept before the next one";
  }
  return event;
}

} // namespace muster
