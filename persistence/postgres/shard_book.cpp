#include "persistence/postgres/shard_book.hpp"

namespace muster::persistence::postgres {

void shard_book::own(const shard_mark& mark) {
  const std::lock_guard lock(mutex_);
  of(mark.shard) = {true, false, mark};
}

void shard_book::disown(shard_id shard) {
  const std::lock_guard lock(mutex_);
  of(shard) = {};
}

void shard_book::lose(const shard_mark& mark) {
  const std::lock_guard lock(mutex_);
  if (auto& one = of(mark.shard); is(mark, one)) {
    one = {};
  }
}

std::optional<shard_mark> shard_book::find(shard_id shard) const {
  const std::lock_guard lock(mutex_);
  const auto& one = of(shard);
  return one.owned ? std::optional(one.mark) : std::nullopt;
}

std::optional<shard_mark> shard_book::settled(shard_id shard) const {
  const std::lock_guard lock(mutex_);
  const auto& one = of(shard);
  return one.owned && !one.doubted ? std::optional(one.mark) : std::nullopt;
}

void shard_book::doubt(std::span<const shard_mark> expected) {
  const std::lock_guard lock(mutex_);
  for (const auto& mark : expected) {
    if (auto& one = of(mark.shard); is(mark, one)) {
      one.doubted = true;
    }
  }
}

std::vector<shard_mark> shard_book::doubted() const {
  const std::lock_guard lock(mutex_);
  std::vector<shard_mark> found;
  for (const auto& one : entries_) {
    if (one.owned && one.doubted) {
      found.push_back(one.mark);
    }
  }
  return found;
}

void shard_book::settle(const shard_mark& mark) {
  const std::lock_guard lock(mutex_);
  if (auto& one = of(mark.shard); is(mark, one)) {
    one.doubted = false;
    one.mark.sequence = mark.sequence;
  }
}

} // namespace muster::persistence::postgres
