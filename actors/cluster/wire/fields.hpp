#pragma once

#include "actors/model/command.hpp"
#include "actors/model/reply.hpp"

#include <concepts>
#include <cstdint>
#include <tuple>
#include <type_traits>

// What travels of each type, in this order: the one list that encoding, decoding and the tests'
// generators share. Taken apart by structured bindings, so that a member which is added to a type
// and forgotten here does not compile.

namespace muster::wire {

template <class T, class Model>
concept is = std::same_as<std::remove_const_t<T>, Model>;

// Values and entities

auto fields(is<key_value> auto& x) {
  auto& [key, val] = x;
  return std::tie(key, val);
}

auto fields(is<attribute> auto& x) {
  auto& [key, last_update, val] = x;
  return std::tie(key, last_update, val);
}

auto fields(is<telemetry_entry> auto& x) {
  auto& [ts, values] = x;
  return std::tie(ts, values);
}

auto fields(is<latest_value> auto& x) {
  auto& [key, ts, val] = x;
  return std::tie(key, ts, val);
}

auto fields(is<device_info> auto& x) {
  auto& [id, created, tenant, customer, profile, name, type, label, firmware, software,
         additional_info, device_data, calculated_fields, version] = x;
  return std::tie(id, created, tenant, customer, profile, name, type, label, firmware, software,
                  additional_info, device_data, calculated_fields, version);
}

auto fields(is<credentials> auto& x) {
  auto& [id, created, device, type, credentials_id, credentials_value, version] = x;
  return std::tie(id, created, device, type, credentials_id, credentials_value, version);
}

auto fields(is<package_info> auto& x) {
  auto& [id, created, tenant, profile, type, title, release, tag, url, file_name, content_type,
         algorithm, checksum, content, size, additional_info, version] = x;
  return std::tie(id, created, tenant, profile, type, title, release, tag, url, file_name,
                  content_type, algorithm, checksum, content, size, additional_info, version);
}

auto fields(is<target_packages> auto& x) {
  auto& [firmware, software, profile_version] = x;
  return std::tie(firmware, software, profile_version);
}

auto fields(is<rpc_request> auto& x) {
  auto& [request_id, oneway, persistent, method, params, expiration, retries, additional_info] = x;
  return std::tie(request_id, oneway, persistent, method, params, expiration, retries,
                  additional_info);
}

auto fields(is<error> auto& x) {
  auto& [code, message] = x;
  return std::tie(code, message);
}

auto fields(is<alarm_propagation> auto& x) {
  auto& [to_related, to_owner, to_tenant, relation_types] = x;
  return std::tie(to_related, to_owner, to_tenant, relation_types);
}

auto fields(is<alarm> auto& x) {
  auto& [id, created, tenant, customer, originator, type, severity, acknowledged, cleared, assignee,
         start, end, acknowledged_at, cleared_at, assigned_at, details, propagation, shown_at,
         version] = x;
  return std::tie(id, created, tenant, customer, originator, type, severity, acknowledged, cleared,
                  assignee, start, end, acknowledged_at, cleared_at, assigned_at, details,
                  propagation, shown_at, version);
}

auto fields(is<alarm_comment> auto& x) {
  auto& [id, created, of, user, system, comment] = x;
  return std::tie(id, created, of, user, system, comment);
}

// Who speaks

auto fields(is<device_sender> auto& x) {
  auto& [credentials_version] = x;
  return std::tie(credentials_version);
}

auto fields(is<caller> auto& x) {
  auto& [user, role, tenant, customer, address, email] = x;
  return std::tie(user, role, tenant, customer, address, email);
}

// Commands

auto fields(is<save_telemetry> auto& x) {
  auto& [entries, ttl_seconds] = x;
  return std::tie(entries, ttl_seconds);
}

auto fields(is<save_attributes> auto& x) {
  auto& [scope, values, only_on_change] = x;
  return std::tie(scope, values, only_on_change);
}

auto fields(is<delete_attributes> auto& x) {
  auto& [scope, keys] = x;
  return std::tie(scope, keys);
}

auto fields(is<read_device_attributes> auto& x) {
  auto& [client, shared] = x;
  return std::tie(client, shared);
}

auto fields(is<read_attributes> auto& x) {
  auto& [scope, keys] = x;
  return std::tie(scope, keys);
}

auto fields(is<read_latest> auto& x) {
  auto& [keys] = x;
  return std::tie(keys);
}

auto fields(is<delete_telemetry> auto& x) {
  auto& [keys, all, start, end, delete_latest, rewrite_latest] = x;
  return std::tie(keys, all, start, end, delete_latest, rewrite_latest);
}

auto fields(is<poll_rpc> auto& x) {
  auto& [poll, timeout, client] = x;
  return std::tie(poll, timeout, client);
}

auto fields(is<poll_attributes> auto& x) {
  auto& [poll, timeout, client] = x;
  return std::tie(poll, timeout, client);
}

auto fields(is<answer_rpc> auto& x) {
  auto& [number, kind, response] = x;
  return std::tie(number, kind, response);
}

auto fields(is<call_rules> auto& x) {
  auto& [method, params, number, ran] = x;
  return std::tie(method, params, number, ran);
}

auto fields(is<send_rpc> auto& x) {
  auto& [request] = x;
  return std::tie(request);
}

auto fields(is<delete_rpc> auto& x) {
  auto& [rpc] = x;
  return std::tie(rpc);
}

auto fields(is<update_device> auto& x) {
  auto& [info, expected_version, access, targets] = x;
  return std::tie(info, expected_version, access, targets);
}

auto fields(is<save_calculated_fields> auto& x) {
  auto& [fields, expected_version] = x;
  return std::tie(fields, expected_version);
}

auto fields(is<save_credentials> auto& x) {
  auto& [access, expected_version] = x;
  return std::tie(access, expected_version);
}

auto fields(is<offer_claim> auto& x) {
  auto& [secret, duration] = x;
  return std::tie(secret, duration);
}

auto fields(is<claim_device> auto& x) {
  auto& [customer, secret] = x;
  return std::tie(customer, secret);
}

auto fields(is<assign_device> auto& x) {
  auto& [customer, from] = x;
  return std::tie(customer, from);
}

auto fields(is<provision_existing> auto& x) {
  auto& [profile, address] = x;
  return std::tie(profile, address);
}

auto fields(is<take_rule_message> auto& x) {
  auto& [message, from, number] = x;
  return std::tie(message, from, number);
}

auto fields(is<inspect_device> auto& x) {
  auto& [what, after] = x;
  return std::tie(what, after);
}

auto fields(is<inspected> auto& x) {
  auto& [report] = x;
  return std::tie(report);
}

auto fields(is<set_target_package> auto& x) {
  auto& [type, package, from_profile] = x;
  return std::tie(type, package, from_profile);
}

auto fields(is<save_alarm> auto& x) {
  auto& [what, assignee_name, stored, related] = x;
  return std::tie(what, assignee_name, stored, related);
}

auto fields(is<change_alarm> auto& x) {
  auto& [id, action, assignee, assignee_name, stored, related] = x;
  return std::tie(id, action, assignee, assignee_name, stored, related);
}

auto fields(is<comment_alarm> auto& x) {
  auto& [comment, what, stored] = x;
  return std::tie(comment, what, stored);
}

// Replies

auto fields(is<device_attributes> auto& x) {
  auto& [client, shared] = x;
  return std::tie(client, shared);
}

auto fields(is<rpc_delivery> auto& x) {
  auto& [number, method, params] = x;
  return std::tie(number, method, params);
}

auto fields(is<attribute_changes> auto& x) {
  auto& [set, deleted] = x;
  return std::tie(set, deleted);
}

auto fields(is<rpc_answer> auto& x) {
  auto& [response] = x;
  return std::tie(response);
}

auto fields(is<rpc_accepted> auto& x) {
  auto& [id] = x;
  return std::tie(id);
}

auto fields(is<claim_result> auto& x) {
  auto& [what, device] = x;
  return std::tie(what, device);
}

// Reports

auto fields(is<poll_report> auto& x) {
  auto& [device, poll, what] = x;
  return std::tie(device, poll, what);
}

/// Types that consist of nothing.
template <class T>
concept empty = std::is_empty_v<T>;

std::tuple<> fields(const empty auto&) {
  return {};
}

/// One more than the last value of an enumeration that travels as a byte.
template <class Enum>
inline constexpr std::uint8_t enum_end = 0;
template <>
inline constexpr std::uint8_t enum_end<attribute_scope> = 3;
template <>
inline constexpr std::uint8_t enum_end<authority> = 3;
template <>
inline constexpr std::uint8_t enum_end<credentials_type> = 4;
template <>
inline constexpr std::uint8_t enum_end<package_type> = 2;
template <>
inline constexpr std::uint8_t enum_end<checksum_algorithm> = 7;
template <>
inline constexpr std::uint8_t enum_end<answer_rpc::form> = 3;
template <>
inline constexpr std::uint8_t enum_end<claim_result::outcome> = 3;
template <>
inline constexpr std::uint8_t enum_end<alarm_severity> = 5;
template <>
inline constexpr std::uint8_t enum_end<alarm_action> = 6;
template <>
inline constexpr std::uint8_t enum_end<inspect_device::wish> = 6;
template <>
inline constexpr std::uint8_t enum_end<comment_alarm::kind> = 3;
template <>
inline constexpr std::uint8_t enum_end<poll_report::outcome> = 2;
template <>
inline constexpr std::uint8_t
    enum_end<error_code> = static_cast<std::uint8_t>(error_code::internal) + 1;

} // namespace muster::wire
