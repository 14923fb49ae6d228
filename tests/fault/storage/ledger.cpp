#include "tests/fault/storage/ledger.hpp"

#include <cstdlib>
#include <fstream>
#include <map>

namespace muster::test {

using namespace persistence;

namespace {

constexpr std::uint8_t device_count = 5;

device_id device_of(std::uint8_t number) {
  device_id id;
  id.value.bytes.fill(number);
  return id;
}

} // namespace

std::string ledger::text(std::uint64_t arrival) {
  // Random letters, so that compression does not save the disk.
  std::string made = std::to_string(arrival) + ":";
  while (made.size() < value_size_) {
    made.push_back(static_cast<char>('!' + random_() % 90));
  }
  return made;
}

std::vector<write> ledger::next() {
  pending_.clear();
  std::vector<write> batch;
  const auto count = 1 + random_() % 8;
  for (std::uint32_t i = 0; i < count; ++i) {
    message one{device_of(static_cast<std::uint8_t>(random_() % device_count)), ++arrivals_, {}};
    one.text = text(one.arrival);
    write change;
    change.device = one.device;
    change.shard = shard_of(one.device);
    change.epoch = first_epoch;
    const auto ts = static_cast<timestamp>(one.arrival);
    put_device device;
    device.now.id = one.device;
    device.now.name = to_string(one.device);
    device.old = device.now;
    change.mutations = {
        device, append_history{ts, one.arrival, {{"text", one.text}}, 0},
        put_latest{{{"text", ts, one.text}}, ts, one.arrival, {}},
        put_attributes{attribute_scope::shared,
                       {{"arrival", ts, one.arrival, static_cast<std::int64_t>(one.arrival)}}}};
    batch.push_back(std::move(change));
    pending_.push_back(std::move(one));
  }
  return batch;
}

void ledger::acknowledged() {
  acknowledged_.insert(acknowledged_.end(), pending_.begin(), pending_.end());
}

std::vector<std::string> ledger::missing_in(store& from) const {
  std::map<std::uint64_t, std::string> there;
  std::map<device_id, std::uint64_t> newest;
  std::vector<std::string> missing;
  for (std::uint8_t number = 0; number < device_count; ++number) {
    const history_scan all{device_of(number), 0, 1'000'000'000, true};
    const auto scanned = from.scan_history(all, 0, [&](const append_history& row) {
      there[row.arrival] = std::get<std::string>(row.values.at(0).val);
      return scan_step::go_on;
    });
    const auto rows = from.read_device(all.device);
    if (!scanned || !rows) {
      missing.push_back("device " + std::to_string(number) + " cannot be read");
    } else if (*rows) {
      newest[all.device] = (*rows)->latest.arrival;
      // All rows of one write are there, or none.
      const auto& shared = (*rows)->attributes[1];
      if (shared.size() != 1 || shared[0].change != (*rows)->latest.arrival ||
          !there.contains(shared[0].change)) {
        missing.push_back("device " + std::to_string(number) + " is torn");
      }
    }
  }
  for (const auto& one : acknowledged_) {
    const auto found = there.find(one.arrival);
    if (found == there.end() || found->second != one.text || newest[one.device] < one.arrival) {
      missing.push_back("message " + std::to_string(one.arrival));
    }
  }
  return missing;
}

void report_fault(const std::string& fault, std::size_t acknowledged, std::size_t lost) {
  if (const char* path = std::getenv("MUSTER_FAULT_REPORT")) {
    std::ofstream(path, std::ios::app) << R"({"fault":")" << fault << R"(","acknowledged":)"
                                       << acknowledged << R"(,"lost":)" << lost << "}\n";
  }
}

} // namespace muster::test
