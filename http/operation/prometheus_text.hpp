#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace muster::http {

/// Writes Prometheus' text format: a metric's head once, then its samples.
class prometheus_text {
public:
  enum class kind { counter, gauge, histogram };

  /// Begins a metric; samples follow.
  void begin(std::string_view name, kind type, std::string_view help);
  /// `labels` as `a="b",c="d"`, values escaped by `label`; empty for none.
  void sample(std::string_view labels, std::uint64_t number);
  /// Begins a metric of one sample without labels.
  void single(std::string_view name, kind type, std::string_view help, std::uint64_t number);
  /// Buckets of one histogram: counts per bucket, not cumulative, one more than bounds. Bounds and
  /// sum are divided by `unit` (1 000 000 makes seconds of microseconds).
  void histogram(std::string_view labels, std::span<const std::uint64_t> bounds,
                 std::span<const std::uint64_t> counts, std::uint64_t sum, double unit);

  static std::string label(std::string_view name, std::string_view text);

  std::string take() { return std::move(text_); }

private:
  void line(std::string_view suffix, std::string_view labels, std::string_view number);

  std::string text_;
  std::string name_;
};

} // namespace muster::http
