#include "actors/rules/nodes/configuration.hpp"
#include "actors/rules/nodes/node_makers.hpp"
#include "actors/rules/nodes/patterns.hpp"

#include <charconv>

namespace muster {

namespace {

constexpr std::int64_t longest_delay_seconds = 366 * 86'400;

/// Sends messages on after a time.
class delay_node final : public chain_node {
public:
  delay_node(std::string seconds, std::size_t most_waiting)
      : seconds_(std::move(seconds)), most_waiting_(most_waiting) {}

  void on(rule_message message, node_run& run) const override {
    if (run.waiting() >= most_waiting_) {
      return run.fail(std::move(message), "Max limit of pending messages reached!");
    }
    const std::string given = fill_pattern(seconds_, message);
    std::int64_t seconds = 0;
    const auto [end, failed] = std::from_chars(given.data(), given.data() + given.size(), seconds);
    if (failed != std::errc{} || end != given.data() + given.size() || seconds < 0 ||
        seconds > longest_delay_seconds) {
      return run.fail(std::move(message), "\"" + given + "\" is no number of seconds");
    }
    if (auto left = run.later(wait_work{run.now().wall + seconds * 1'000}, message); !left) {
      run.fail(std::move(message), left.error().message);
    }
  }

private:
  const std::string seconds_;
  const std::size_t most_waiting_;
};

} // namespace

result<std::unique_ptr<chain_node>> make_delay(const node_settings& settings) {
  configuration_reader from(settings.configuration);
  const std::int64_t seconds = from.number("periodInSeconds", 60);
  if (seconds < 0 || seconds > longest_delay_seconds) {
    from.refuse("periodInSeconds", "is not between 0 and a year");
  }
  const std::int64_t most = from.number("maxPendingMsgs", 1'000);
  if (most < 1 || most > 100'000) {
    from.refuse("maxPendingMsgs", "is not between 1 and 100000");
  }
  const bool by_pattern = from.flag("useMetadataPeriodInSecondsPatterns", false);
  std::string text = by_pattern ? from.text("periodInSecondsPattern") : std::to_string(seconds);
  return from.end().map([&]() -> std::unique_ptr<chain_node> {
    return std::make_unique<delay_node>(std::move(text), static_cast<std::size_t>(most));
  });
}

} // namespace muster
