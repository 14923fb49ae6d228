#include "actors/inspection/report_gather.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace muster {

using report_json = nlohmann::ordered_json;

report_gather::report_gather(std::size_t count, done then)
    : missing_(count), then_(std::move(then)) {}

std::vector<reply_handle> report_gather::begin(std::size_t count, done then) {
  std::vector<reply_handle> handles;
  if (count == 0) {
    then({});
    return handles;
  }
  auto* gather = new report_gather(count, std::move(then));
  for (std::size_t at = 0; at < count; ++at) {
    handles.emplace_back(reply_address{gather, 0, at + 1});
  }
  return handles;
}

void report_gather::push(std::vector<completion> batch) noexcept {
  bool complete = false;
  {
    const std::lock_guard guard(mutex_);
    for (auto& one : batch) {
      static_cast<void>(one.to.release());
      if (const auto* told = std::get_if<inspected>(&one.what)) {
        reports_.push_back(report_json::parse(told->report.text, nullptr, false));
      }
      --missing_;
    }
    complete = missing_ == 0;
  }
  if (complete) {
    then_(std::move(reports_));
    delete this;
  }
}

} // namespace muster
