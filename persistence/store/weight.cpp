#include "persistence/store/weight.hpp"

namespace muster::persistence {

namespace {

std::size_t of(const value& val) noexcept {
  if (const auto* text = std::get_if<std::string>(&val)) {
    return text->size();
  }
  const auto* json = std::get_if<json_text>(&val);
  return json != nullptr ? json->text.size() : 0;
}

std::size_t of(const std::vector<key_value>& values) noexcept {
  std::size_t sum = 0;
  for (const auto& [key, val] : values) {
    sum += sizeof(key_value) + key.size() + of(val);
  }
  return sum;
}

std::size_t of(const put_attributes& group) noexcept {
  std::size_t sum = 0;
  for (const auto& row : group.rows) {
    sum += sizeof(row) + row.key.size() + (row.val ? of(*row.val) : 0);
  }
  return sum;
}

std::size_t of(const put_latest& latest) noexcept {
  std::size_t sum = 0;
  for (const auto& row : latest.values) {
    sum += sizeof(row) + row.key.size() + of(row.val);
  }
  return sum;
}

std::size_t of(const append_history& row) noexcept {
  return of(row.values);
}

std::size_t of(const rewrite_history& row) noexcept {
  return of(row.values);
}

std::size_t of(const put_rpc& rpc) noexcept {
  const auto& request = rpc.record.request;
  return request.method.size() + request.params.text.size() + request.additional_info.text.size() +
         (rpc.record.response ? rpc.record.response->text.size() : 0);
}

std::size_t of(const put_device& device) noexcept {
  return device.now.additional_info.text.size() + device.now.device_data.text.size() +
         device.now.calculated_fields.text.size();
}

std::size_t of(const put_credentials& access) noexcept {
  return access.now.credentials_value ? access.now.credentials_value->size() : 0;
}

std::size_t of(const put_setting& setting) noexcept {
  return setting.bytes.size();
}

template <class Entity>
concept has_additional_info = requires(const Entity& e) {
  e.now.additional_info.text;
};

template <has_additional_info Entity>
std::size_t of(const Entity& entity) noexcept {
  return entity.now.additional_info.text.size();
}

std::size_t of(const put_profile& profile) noexcept {
  return profile.now.profile_data.text.size() + profile.now.calculated_fields.text.size() +
         (profile.now.image ? profile.now.image->size() : 0);
}

std::size_t of(const put_audit& row) noexcept {
  return row.entry.data.text.size();
}

std::size_t of(const put_relation& row) noexcept {
  return row.now.type.size() + row.now.additional_info.text.size();
}

std::size_t of(const put_entity_attribute& row) noexcept {
  return row.now.key.size() + of(row.now.val);
}

std::size_t of(const put_rule_event& row) noexcept {
  const auto& event = row.event;
  return event.message_type.size() + event.relation.size() + event.data.size() +
         event.metadata.size() + event.failure.size();
}

std::size_t of(const put_outbox& work) noexcept {
  return work.row.content.size();
}

std::size_t of(const put_alarm& row) noexcept {
  const auto size = [](const alarm& one) {
    return one.type.size() + one.details.text.size() + one.shown_at.size() * sizeof(uuid);
  };
  return size(row.now) + (row.old ? size(*row.old) : 0);
}

std::size_t of(const put_alarm_comment& row) noexcept {
  return row.now.comment.text.size();
}

std::size_t of(const put_rule_chain& chain) noexcept {
  std::size_t sum = chain.now.configuration.text.size() + chain.now.additional_info.text.size();
  for (const auto& node : chain.now.nodes) {
    sum += sizeof(node) + node.type.size() + node.name.size() + node.configuration.text.size() +
           node.additional_info.text.size();
  }
  for (const auto& one : chain.now.connections) {
    sum += sizeof(one) + one.type.size();
  }
  return sum;
}

/// Rows of fixed size.
template <class Row>
requires(!has_additional_info<Row>) std::size_t of(const Row&)
noexcept {
  return 0;
}

} // namespace

std::size_t weight(const mutation& what) noexcept {
  return sizeof(mutation) + std::visit([](const auto& row) { return of(row); }, what);
}

} // namespace muster::persistence
