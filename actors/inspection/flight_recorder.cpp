#include "actors/inspection/flight_recorder.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

namespace muster {

namespace {

// A word's parts.
constexpr unsigned kind_at = 8;
constexpr unsigned sender_at = 16;
constexpr unsigned count_at = 32;
constexpr std::uint64_t low_byte = 0xff;

// How it ended: from `refused` on by the error's code.
constexpr std::uint64_t outcome_under_way = 0;
constexpr std::uint64_t outcome_done = 1;
constexpr std::uint64_t outcome_refused = 2;

std::uint64_t outcome_word(std::optional<error_code> refusal, std::size_t count) noexcept {
  const std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
  const std::uint64_t how =
      refusal ? outcome_refused + static_cast<std::uint64_t>(*refusal) : outcome_done;
  return how | std::min<std::uint64_t>(count, most) << count_at;
}

} // namespace

flight_recorder::mark flight_recorder::write(std::size_t of, const content& what,
                                             timestamp now) noexcept {
  const std::uint64_t number = rings_[of].written.fetch_add(1, std::memory_order_relaxed) + 1;
  const std::size_t length = of < shard_count ? of_shard : of_node;
  const std::size_t place = of * of_shard + number % length;
  std::array<std::uint64_t, 2> device{};
  std::memcpy(device.data(), what.device.value.bytes.data(), sizeof device);
  auto& words = entries_[place].words;
  // Who reads meanwhile sees that the number has changed. Each store is a plain one on x86, and
  // none passes the one before it.
  constexpr auto order = std::memory_order_release;
  words[0].store(0, std::memory_order_relaxed);
  words[1].store(static_cast<std::uint64_t>(now), order);
  words[2].store(device[0], order);
  words[3].store(device[1], order);
  words[4].store(static_cast<std::uint64_t>(what.what) | (what.kind & low_byte) << kind_at |
                     (what.sender & low_byte) << sender_at,
                 order);
  words[5].store(what.outcome, order);
  words[6].store(what.detail, order);
  words[0].store(number, order);
  return {place, number};
}

flight_recorder::mark flight_recorder::begin(shard_id shard, const device_id& device,
                                             std::size_t kind, std::size_t sender,
                                             timestamp now) noexcept {
  return write(static_cast<std::size_t>(shard),
               {recorded::command, device, kind, sender, outcome_under_way, 0}, now);
}

void flight_recorder::end(const mark& what, std::optional<error_code> refusal,
                          std::size_t rows) noexcept {
  auto& words = entries_[what.place].words;
  if (words[0].load(std::memory_order_relaxed) == what.number) {
    words[5].store(outcome_word(refusal, rows), std::memory_order_release);
  }
}

void flight_recorder::note(recorded what, shard_id shard, const device_id& device, timestamp now,
                           std::optional<error_code> refusal) noexcept {
  write(static_cast<std::size_t>(shard), {what, device, 0, 0, outcome_word(refusal, 0), 0}, now);
}

void flight_recorder::note(recorded what, shard_id shard, std::uint64_t epoch,
                           timestamp now) noexcept {
  write(static_cast<std::size_t>(shard), {what, {}, 0, 0, outcome_word({}, 0), epoch}, now);
}

void flight_recorder::commit(std::uint64_t number, std::size_t changes, bool failed,
                             timestamp now) noexcept {
  const auto refusal = failed ? std::optional(error_code::storage_unavailable) : std::nullopt;
  write(shard_count, {recorded::commit, {}, 0, 0, outcome_word(refusal, changes), number}, now);
}

recorded_event flight_recorder::at(std::size_t place) const noexcept {
  const auto& words = entries_[place].words;
  constexpr auto order = std::memory_order_acquire;
  recorded_event found;
  const std::uint64_t number = words[0].load(order);
  found.at = static_cast<timestamp>(words[1].load(order));
  const std::array<std::uint64_t, 2> device{words[2].load(order), words[3].load(order)};
  const std::uint64_t kind = words[4].load(order);
  const std::uint64_t outcome = words[5].load(order);
  found.detail = words[6].load(order);
  if (number == 0 || words[0].load(order) != number) {
    return found;
  }
  std::memcpy(found.device.value.bytes.data(), device.data(), sizeof device);
  found.number = number;
  found.what = static_cast<recorded>(kind & low_byte);
  found.kind = static_cast<std::uint8_t>(kind >> kind_at & low_byte);
  found.sender = static_cast<std::uint8_t>(kind >> sender_at & low_byte);
  found.count = static_cast<std::uint32_t>(outcome >> count_at);
  const std::uint64_t how = outcome & low_byte;
  found.under_way = how == outcome_under_way;
  if (how >= outcome_refused) {
    found.refusal = static_cast<error_code>(how - outcome_refused);
  }
  if (place < of_shard * shard_count) {
    found.shard = static_cast<shard_id>(place / of_shard);
  }
  return found;
}

} // namespace muster
