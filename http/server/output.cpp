#include "http/server/output.hpp"

#include <algorithm>

namespace muster::http {

namespace {
constexpr std::size_t enough_bytes = 64 * 1024;
}

void output::attach(std::string body) {
  owned_ = std::move(body);
  rest_ = owned_;
}

void output::attach(std::string_view body) {
  rest_ = body;
}

void output::report_when_sent(written_report report) {
  if (empty())
    return report(true);
  reports_.emplace_back(total_sent_ + first().size() + rest_.size(), std::move(report));
}

bool output::full() const {
  return !rest_.empty() || bytes_.size() - sent_ > enough_bytes;
}

void output::sent(std::size_t count) {
  total_sent_ += count;
  const auto of_bytes = std::min(count, bytes_.size() - sent_);
  sent_ += of_bytes;
  rest_.remove_prefix(count - of_bytes);
  if (sent_ == bytes_.size()) {
    bytes_.clear();
    sent_ = 0;
  }
  if (rest_.empty())
    owned_ = {};
  // A report may lead to more output, not to this function.
  while (!reports_.empty() && reports_.front().first <= total_sent_) {
    const auto report = std::move(reports_.front().second);
    reports_.erase(reports_.begin());
    report(true);
  }
}

void output::abandon() {
  for (const auto& [at, report] : std::exchange(reports_, {}))
    report(false);
  bytes_.clear();
  sent_ = 0;
  owned_ = {};
  rest_ = {};
}

void output::reset() {
  constexpr std::size_t worth_keeping = 16 * 1024;
  if (bytes_.capacity() > worth_keeping)
    bytes_ = {};
  total_sent_ = 0;
}

} // namespace muster::http
