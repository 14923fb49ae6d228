#include "actors/rules/nodes/node_makers.hpp"
#include "actors/rules/nodes/node_script.hpp"

#include <charconv>

namespace muster {

namespace {

/// Makes messages of a device by itself, each from the one before.
class generator final : public chain_node {
public:
  generator(script what, const device_id& device, milliseconds period, std::uint64_t most)
      : script_(std::move(what)), device_(device), period_(period), most_(most) {}

  /// Messages that reach it end here.
  void on(rule_message, node_run&) const override {}

  std::optional<device_id> begins_at() const noexcept override { return device_; }

  void begin(node_run& run) const override {
    rule_message nothing;
    nothing.originator = {entity_type::device, device_.value};
    leave(std::move(nothing), 0, run);
  }

  void resume(rule_message message, work_outcome&& outcome, node_run& run) const override {
    const std::string& kept = std::get<time_has_come>(outcome).kept;
    std::uint64_t count = 0;
    std::from_chars(kept.data(), kept.data() + kept.size(), count);
    auto made = run_script(script_, message, run).and_then([this](const std::string& text) {
      return transform_result(text, script_.source().language);
    });
    if (made && !made->empty()) {
      message = after(std::move(made->front()), message, run.now().wall);
      run.tell(relations::success, message);
    } else {
      run.fail(message, made ? "the script made no message" : made.error().message);
    }
    leave(std::move(message), count + 1, run);
  }

  const script* own_script() const noexcept override { return &script_; }

private:
  static rule_message after(transformed_message&& made, const rule_message& before, timestamp now) {
    rule_message next = before;
    next.ts = now;
    if (made.msg) {
      next.data = message_data::of_text(std::move(*made.msg));
    }
    if (made.metadata) {
      next.metadata = std::move(*made.metadata);
    }
    if (made.type) {
      next.type = std::move(*made.type);
    }
    return next;
  }

  /// The next one, unless there were as many as it is told. One that finds no room is begun anew
  /// when the device is looked at next.
  void leave(rule_message previous, std::uint64_t count, node_run& run) const {
    if (most_ == 0 || count <= most_) {
      const bool over = most_ != 0 && count == most_;
      const timestamp until = over ? INT64_MAX : run.now().wall + period_;
      static_cast<void>(run.later(wait_work{until, std::to_string(count)}, std::move(previous)));
    }
  }

  const script script_;
  const device_id device_;
  const milliseconds period_;
  const std::uint64_t most_;
};

} // namespace

result<std::unique_ptr<chain_node>> make_generator(const node_settings& settings) {
  configuration_reader from(settings.configuration);
  if (const auto type = from.text("originatorType"); type != "DEVICE") {
    from.refuse("originatorType", "must be DEVICE: only devices have messages of their own here");
  }
  const auto id = parse_uuid(from.text("originatorId"));
  if (!id) {
    from.refuse("originatorId", "is not an identifier");
  }
  const std::int64_t seconds = from.number("periodInSeconds", 1);
  if (seconds < 1 || seconds > 366 * 86'400) {
    from.refuse("periodInSeconds", "is not between 1 and a year");
  }
  const std::int64_t most = from.number("msgCount", 0);
  if (most < 0) {
    from.refuse("msgCount", "is negative");
  }
  script what = read_script(from, script_kind::generate, "jsScript", "tbelScript");
  return from.end().map([&]() -> std::unique_ptr<chain_node> {
    return std::make_unique<generator>(std::move(what), device_id{*id}, seconds * 1'000,
                                       static_cast<std::uint64_t>(most));
  });
}

} // namespace muster
