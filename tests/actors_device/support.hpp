#pragma once

#include "actors/model/command.hpp"
#include "actors/model/reply.hpp"
#include "actors/model/shard.hpp"
#include "persistence/memory/memory_store.hpp"
#include "tests/catch.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace muster::test {

/// Both clocks, moved by hand.
class manual_clock final : public clock_source {
public:
  instant now() const noexcept override { return at; }
  void advance(milliseconds span) noexcept {
    at.wall += span;
    at.steady += span;
  }

  instant at{1'700'000'000'000, 5'000'000};
};

/// Keeps every reply by the number of its request.
class recording_sink final : public reply_sink {
public:
  void push(std::vector<completion> batch) noexcept override {
    for (auto& one : batch) {
      replies[one.to.release().request].push_back(std::move(one.what));
    }
  }

  reply_handle handle(std::uint64_t request) { return reply_handle({this, 1, request}); }

  std::map<std::uint64_t, std::vector<reply>> replies;
};

inline tenant_id some_tenant() {
  return {*parse_uuid("00000000-0000-4000-8000-00000000aaaa")};
}

/// All of one shard, where devices have to make room for one another.
inline device_id device_of(std::uint8_t number) {
  device_id id{*parse_uuid("00000000-0000-4000-8000-000000000000")};
  id.value.bytes[15] = number;
  while (shard_of(id) != shard_id{0}) {
    if (++id.value.bytes[14] == 0) {
      ++id.value.bytes[13];
    }
  }
  return id;
}

inline caller administrator() {
  return {{}, authority::tenant_administrator, some_tenant(), {}};
}

inline device_info info_of(std::uint8_t number) {
  device_info info;
  info.id = device_of(number);
  info.created = 1'699'000'000'000;
  info.tenant = some_tenant();
  info.name = "device " + std::to_string(number);
  info.type = "default";
  return info;
}

inline credentials access_of(std::uint8_t number) {
  credentials access;
  access.device = device_of(number);
  access.credentials_id = "token-" + std::to_string(number);
  return access;
}

inline persistence::write write_of(const device_id& device) {
  persistence::write change;
  change.device = device;
  change.shard = shard_of(device);
  change.epoch = persistence::shard_epoch{1};
  return change;
}

/// A device that is stored already.
inline void store_device(persistence::store& rows, std::uint8_t number) {
  auto change = write_of(device_of(number));
  change.mutations.emplace_back(persistence::put_device{std::nullopt, info_of(number)});
  change.mutations.emplace_back(persistence::put_credentials{std::nullopt, access_of(number)});
  const auto outcome = rows.commit({&change, 1});
  REQUIRE(outcome.front().what == persistence::write_outcome::kind::durable);
}

template <class T>
bool is(const reply& what) {
  return std::holds_alternative<T>(what);
}

inline bool is_error(const reply& what, error_code code) {
  const auto* problem = std::get_if<error>(&what);
  return problem != nullptr && problem->code == code;
}

inline save_telemetry telemetry(std::string key, value val, std::optional<timestamp> ts = {}) {
  return {{{ts, {{std::move(key), std::move(val)}}}}, 0};
}

} // namespace muster::test
