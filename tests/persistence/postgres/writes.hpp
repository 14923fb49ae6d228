#pragma once

#include "persistence/store/store.hpp"

#include <cstring>
#include <span>
#include <string>

namespace muster::test {

// Writes as a node makes them, for tests.

inline device_id device_of(std::uint32_t number) {
  device_id id;
  std::memcpy(id.value.bytes.data(), &number, sizeof(number));
  return id;
}

/// The first device that belongs to the shard.
inline device_id device_in(shard_id shard) {
  std::uint32_t number = 0;
  while (shard_of(device_of(number)) != shard) {
    ++number;
  }
  return device_of(number);
}

inline persistence::write write_of(const device_id& device) {
  persistence::write one;
  one.device = device;
  one.shard = shard_of(device);
  one.epoch = persistence::first_epoch;
  return one;
}

inline persistence::write with_epoch(persistence::write one, persistence::shard_epoch epoch) {
  one.epoch = epoch;
  return one;
}

inline persistence::write creation(const device_id& device, const std::string& name) {
  auto one = write_of(device);
  persistence::put_device put;
  put.now.id = device;
  put.now.name = name;
  put.now.type = "default";
  persistence::put_credentials access;
  access.now.device = device;
  access.now.credentials_id = "token of " + name;
  one.preconditions = {{persistence::device_name_free{{}, name}, {}},
                       {persistence::credentials_free{access.now.credentials_id}, {}}};
  one.mutations = {put, access};
  return one;
}

inline persistence::write renaming(const device_id& device, const std::string& from,
                                   const std::string& to) {
  auto one = write_of(device);
  auto put = std::get<persistence::put_device>(creation(device, to).mutations[0]);
  put.old = put.now;
  put.old->name = from;
  one.preconditions = {{persistence::device_name_free{{}, to}, {}}};
  one.mutations = {put};
  return one;
}

inline persistence::write message(const device_id& device, std::uint64_t arrival) {
  auto one = write_of(device);
  one.mutations = {persistence::append_history{
      static_cast<timestamp>(1'700'000'000'000 + arrival),
      arrival,
      {{"temperature", std::int64_t{42}}, {"humidity", static_cast<double>(arrival) / 7}},
      0,
      false}};
  return one;
}

inline persistence::write_outcome::kind outcome(persistence::store& of,
                                                const persistence::write& one) {
  return of.commit(std::span(&one, 1)).front().what;
}

} // namespace muster::test
