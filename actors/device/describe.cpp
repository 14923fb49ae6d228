#include "actors/device/audit.hpp"
#include "actors/device/device_state.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <type_traits>

namespace muster {

namespace {

using json = nlohmann::ordered_json;

json shown(const value& what) {
  return std::visit(
      [](const auto& one) -> json {
        if constexpr (std::is_same_v<std::decay_t<decltype(one)>, json_text>) {
          auto read = json::parse(one.text, nullptr, false);
          return read.is_discarded() ? json(one.text) : std::move(read);
        } else {
          return one;
        }
      },
      what);
}

template <class Id>
json shown(const std::optional<Id>& id) {
  return id ? json(to_string(*id)) : json();
}

json shown(const attribute_group& group) {
  json all = json::array();
  for (const auto& row : group.rows()) {
    if (row.val) {
      all.push_back(
          {{"key", row.key}, {"lastUpdateTs", row.last_update}, {"value", shown(*row.val)}});
    }
  }
  return all;
}

json shown(const pending_rpc& rpc, instant now) {
  const auto& record = rpc.record;
  const bool waits = record.deliveries > 0;
  return {{"number", record.number},
          {"id", rpc.stored() ? json(to_string(record.id)) : json()},
          {"method", record.request.method},
          {"state", rpc.outcome ? "ended"
                    : waits     ? "delivered"
                                : "queued"},
          {"oneway", record.request.oneway},
          {"persistent", record.request.persistent},
          {"age", now.wall - record.created},
          {"deliveries", record.deliveries},
          {"lastDelivery", record.last_delivery},
          {"left", record.request.expiration - now.wall},
          {"callerWaits", static_cast<bool>(rpc.caller)}};
}

void append(json& all, const char* kind, const std::vector<parked_poll>& polls, instant now) {
  for (const auto& poll : polls) {
    all.push_back({{"kind", kind},
                   {"age", now.steady - poll.since},
                   {"left", poll.deadline - now.steady},
                   {"peer", poll.client}});
  }
}

/// Bytes that the texts of a value take beside the value itself.
std::size_t text_size(const value& what) {
  const auto* text = std::get_if<std::string>(&what);
  const auto* document = std::get_if<json_text>(&what);
  return text != nullptr ? text->size() : document != nullptr ? document->text.size() : 0;
}

} // namespace

void device_state::on(inspect_device&, context& with) {
  with.answer(inspected{{describe(with.now).dump(-1, ' ', false, json::error_handler_t::replace)}});
}

nlohmann::ordered_json device_state::describe(instant now) const {
  json out{{"exists", exists_}};
  if (!exists_) {
    if (of_tenant_) {
      out["tenant"] = to_string(info_.tenant);
    }
    if (present()) {
      describe_work(now, out);
    }
    return out;
  }
  out["name"] = info_.name;
  out["type"] = info_.type;
  out["label"] = info_.label ? json(*info_.label) : json();
  out["tenant"] = to_string(info_.tenant);
  out["customer"] = shown(info_.customer);
  out["profile"] = to_string(info_.profile);
  out["created"] = info_.created;
  out["version"] = info_.version;
  out["credentialsType"] = static_cast<int>(access_.type);
  out["credentialsVersion"] = access_.version;
  json attributes;
  for (const auto scope :
       {attribute_scope::client, attribute_scope::shared, attribute_scope::server}) {
    attributes[std::string(scope_name(scope))] = shown(group(scope));
  }
  out["attributes"] = std::move(attributes);
  json latest = json::array();
  for (const auto& one : latest_.values()) {
    latest.push_back({{"key", one.key}, {"ts", one.ts}, {"value", shown(one.val)}});
  }
  out["latest"] = std::move(latest);
  out.update(describe_waiting(now));
  out["lastRpcPoll"] = rpc_polled_at_ == never ? json()
                                               : json{{"age", now.steady - rpc_polled_at_},
                                                      {"timeout", rpc_poll_timeout_}};
  out["calls"] = calls_.size();
  out["activity"] = {{"active", activity_.due().has_value()},
                     {"lastActivityTime", activity_.seen().last_activity},
                     {"inactivityAlarmTime", activity_.seen().inactivity_alarm}};
  const auto cursor = cursor_.position();
  out["sharedAttributes"] = {{"newestChange", cursor_.newest()},
                             {"told", cursor ? json(*cursor) : json()},
                             {"everPolled", cursor.has_value()}};
  describe_work(now, out);
  out["rpcNumber"] = rpc_used_;
  out["claimOffered"] = claim_ && claim_->stands(now.wall);
  out["deletesHistory"] = deletion_ != nullptr;
  out["bytes"] = bytes();
  return out;
}

nlohmann::ordered_json device_state::describe_waiting(instant now) const {
  json rpcs = json::array();
  for (const auto& rpc : mailbox_.rpcs()) {
    rpcs.push_back(shown(rpc, now));
  }
  json polls = json::array();
  append(polls, "rpc", rpc_polls_, now);
  append(polls, "attributes", attribute_polls_, now);
  return {{"name", info_.name}, {"rpcs", std::move(rpcs)}, {"polls", std::move(polls)}};
}

std::size_t device_state::bytes() const noexcept {
  std::size_t sum = sizeof(device_state) + info_.name.size() + info_.type.size() +
                    info_.additional_info.text.size();
  for (const auto& scope : groups_) {
    for (const auto& row : scope.rows()) {
      sum += sizeof(row) + row.key.size() + (row.val ? text_size(*row.val) : 0);
    }
  }
  for (const auto& one : latest_.values()) {
    sum += sizeof(one) + one.key.size() + text_size(one.val);
  }
  for (const auto& rpc : mailbox_.rpcs()) {
    sum += sizeof(rpc) + rpc.record.request.method.size() + rpc.record.request.params.text.size();
  }
  if (alarms_) {
    for (const auto& one : alarms_->all()) {
      sum += sizeof(one) + one.type.size() + one.details.text.size() +
             one.shown_at.size() * sizeof(uuid);
    }
  }
  sum += outbox_ ? sizeof(outbox) + outbox_->bytes() : 0;
  return sum + polls() * sizeof(parked_poll) + calls_.size() * sizeof(parked_call);
}

} // namespace muster
