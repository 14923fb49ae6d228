#pragma once

#include "actors/model/reply.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace muster {

/// Waits for the reports of many devices' actors, then hands them over: those that were refused are
/// left out. Ends itself when all its handles have been answered, as every handle is.
class report_gather final : private reply_sink {
public:
  using done = std::function<void(std::vector<nlohmann::ordered_json>&& reports)>;

  /// As many handles as `count`; with none of them `then` is called here.
  static std::vector<reply_handle> begin(std::size_t count, done then);

private:
  report_gather(std::size_t count, done then);

  void push(std::vector<completion> batch) noexcept override;

  std::mutex mutex_;
  std::size_t missing_;
  std::vector<nlohmann::ordered_json> reports_;
  done then_;
};

} // namespace muster
