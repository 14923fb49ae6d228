#pragma once

#include "persistence/store/store.hpp"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace muster::test {

/// The oracle outside the store: writes numbered messages of a few devices and knows which were
/// acknowledged. Of those that were not it knows nothing: both outcomes are right.
class ledger {
public:
  explicit ledger(std::uint32_t seed, std::size_t value_size)
      : random_(seed), value_size_(value_size) {}

  /// A commit of some messages, each with an attribute and the latest values of its device changed.
  std::vector<persistence::write> next();
  /// The last commit was acknowledged.
  void acknowledged();

  /// Messages that were acknowledged and are not there, or are not what was written; as text.
  std::vector<std::string> missing_in(persistence::store& from) const;
  std::size_t acknowledged_count() const { return acknowledged_.size(); }

private:
  struct message {
    device_id device;
    std::uint64_t arrival = 0;
    std::string text;
  };

  std::string text(std::uint64_t arrival);

  std::mt19937 random_;
  std::size_t value_size_;
  std::uint64_t arrivals_ = 0;
  std::vector<message> pending_;
  std::vector<message> acknowledged_;
};

/// Tells what became of the acknowledged messages under a fault: a line of JSON at the end of the
/// file that the environment's MUSTER_FAULT_REPORT names. Without that variable nobody asked.
void report_fault(const std::string& fault, std::size_t acknowledged, std::size_t lost);

} // namespace muster::test
