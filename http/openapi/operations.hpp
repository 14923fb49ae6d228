#pragma once

#include "http/openapi/operation.hpp"

namespace muster::http::openapi {

// Short, for the tables.
inline constexpr auto get = method::get;
inline constexpr auto post = method::post;
inline constexpr auto remove = method::remove;

// The operations of each resource, a file for each kind of caller.

extern const std::span<const operation> device_api;
extern const std::span<const operation> node_operation;

extern const std::span<const operation> log_in;
extern const std::span<const operation> devices;
extern const std::span<const operation> device_owners;
extern const std::span<const operation> attributes;
extern const std::span<const operation> telemetry;
extern const std::span<const operation> rpc;
extern const std::span<const operation> device_profiles;
extern const std::span<const operation> packages;
extern const std::span<const operation> customers;
extern const std::span<const operation> users;
extern const std::span<const operation> tenants;
extern const std::span<const operation> audit_log;
extern const std::span<const operation> rule_chains;
extern const std::span<const operation> relations;
extern const std::span<const operation> alarms;
extern const std::span<const operation> calculated_fields;

} // namespace muster::http::openapi
