#include "actors/rules/nodes/node_makers.hpp"
#include "actors/rules/nodes/node_script.hpp"
#include "actors/rules/nodes/relation_queries.hpp"

#include <charconv>

namespace muster {

namespace {

/// Makes messages by itself, each from the one before: of a device in that one's actor, else in the
/// tenant's.
class generator final : public chain_node {
public:
  generator(script what, const entity_ref& of, milliseconds period, std::uint64_t most)
      : script_(std::move(what)), of_(of), period_(period), most_(most) {}

  /// Messages that reach it end here.
  void on(rule_message, node_run&) const override {}

  bool is_source() const noexcept override { return true; }
  bool begins_at(const device_info& which) const noexcept override {
    return which.id.value == (of_.kind == entity_type::device ? of_.id : which.tenant.value);
  }

  void begin(node_run& run) const override {
    rule_message nothing;
    nothing.originator = of_;
    if (of_.kind == entity_type::tenant) {
      nothing.originator.id = run.device().info().tenant.value;
    }
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
  const entity_ref of_;
  const milliseconds period_;
  const std::uint64_t most_;
};

/// Whose messages it makes. The tenant is its own, whatever is said.
entity_ref read_originator(configuration_reader& from, const rule_node_id& self) {
  const std::string type = from.text("originatorType", "RULE_NODE");
  if (type == "RULE_NODE") {
    return {entity_type::rule_node, self.value};
  }
  const auto kind = read_entity_kind(type);
  if (!kind) {
    from.refuse("originatorType", "is \"" + type +
                                      "\": messages are made of RULE_NODE, DEVICE, CUSTOMER and "
                                      "TENANT only");
    return {};
  }
  if (*kind == entity_type::tenant) {
    return {*kind, {}};
  }
  const auto id = parse_uuid(from.text("originatorId"));
  if (!id) {
    from.refuse("originatorId", "is not an identifier");
  }
  return {*kind, id.value_or(uuid{})};
}

} // namespace

result<std::unique_ptr<chain_node>> make_generator(const node_settings& settings) {
  configuration_reader from(settings.configuration);
  const entity_ref of = read_originator(from, settings.row.id);
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
    return std::make_unique<generator>(std::move(what), of, seconds * 1'000,
                                       static_cast<std::uint64_t>(most));
  });
}

} // namespace muster
