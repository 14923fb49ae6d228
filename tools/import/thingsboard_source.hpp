#pragma once

#include "tools/import/source.hpp"

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace muster::import {

/// The devices of one tenant of a running ThingsBoard, by its application API.
class thingsboard_source final : public source {
public:
  /// Logs in and asks how many devices there are.
  static result<std::unique_ptr<thingsboard_source>> open(session& from,
                                                          const std::atomic<bool>& stopping);

  [[nodiscard]] std::string identity() const override;
  [[nodiscard]] std::uint64_t count() const override { return count_; }
  result<std::optional<device_record>> next() override;
  result<void> complete(device_record& device) override;
  result<void> history(const device_record& device, const send_history& send) override;

  /// Every entity of a list, page by page: `/api/deviceProfiles`, `/api/customers`.
  result<std::vector<nlohmann::json>> all(const std::string& path);

private:
  thingsboard_source(session& from, const std::atomic<bool>& stopping)
      : from_{from}, stopping_{stopping}, lists_{from, stopping} {}

  /// The connection of the calling thread.
  api& connection();
  result<void> read_page();
  result<nlohmann::json> attributes(const std::string& device, const std::string& scope);
  result<void> history_of_keys(const std::string& device, const std::string& keys,
                               const send_history& send);

  session& from_;
  const std::atomic<bool>& stopping_;
  /// Of the thread that calls `next` and `all`.
  api lists_;
  std::deque<device_record> waiting_;
  std::uint64_t count_ = 0;
  std::uint64_t page_ = 0;
  bool more_ = true;

  std::mutex mutex_;
  std::map<std::thread::id, std::unique_ptr<api>> connections_;
};

} // namespace muster::import
