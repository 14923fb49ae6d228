#pragma once

#include "http/api/router.hpp"

#include <cstdint>

namespace muster::http {

/// Bodies on `/rpc` and `/rpc/{id}`, in bytes.
inline constexpr std::uint64_t rpc_body_limit = 65'536;
/// Bodies on `/claim`, which hold a secret and a number.
inline constexpr std::uint64_t claim_body_limit = 16'384;
/// Bodies on `/provision`, which are read from strangers and hold a certificate at most.
inline constexpr std::uint64_t provision_body_limit = 65'536;
/// Bodies elsewhere in the device API, in bytes.
inline constexpr std::uint64_t device_body_limit = std::uint64_t{50} << 20;

// One function for each resource, in the file of its name.

void add_telemetry(router& to);
void add_attributes(router& to);
void add_attribute_updates(router& to);
void add_rpc_poll(router& to);
void add_rpc_reply(router& to);
void add_client_rpc(router& to);
void add_claim(router& to);
void add_provision(router& to);
void add_packages(router& to);

} // namespace muster::http
