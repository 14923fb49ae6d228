#include "actors/rules/scripts/script_engine.hpp"

#include "actors/rules/scripts/script_runtime.hpp"
#include "actors/rules/scripts/script_state.hpp"
#include "actors/rules/scripts/script_watchdog.hpp"

#include <mutex>
#include <utility>

namespace muster {

namespace {

result<void> check_length(const script_source& source, const script_limits& limits) {
  if (source.body.size() > limits.body) {
    return fail(error_code::invalid,
                "The script is longer than " + std::to_string(limits.body) + " characters");
  }
  return {};
}

} // namespace

struct script_engine::core {
  explicit core(script_limits of) : limits(of) {}

  /// The runtime of this thread.
  result<script_runtime*> runtime();

  const script_limits limits;
  std::once_flag started;
  std::shared_ptr<script_watchdog> watchdog;
};

result<script_runtime*> script_engine::core::runtime() {
  std::call_once(started,
                 [this] { watchdog = std::make_shared<script_watchdog>(limits.call_time); });
  thread_local std::unique_ptr<script_runtime> own;
  if (own == nullptr || own->watchdog() != watchdog) {
    // One at a time: what an engine before this one has left behind goes first.
    own.reset();
    auto made = script_runtime::make(watchdog);
    if (!made) {
      return tl::unexpected(std::move(made.error()));
    }
    own = std::move(*made);
  }
  return own.get();
}

script_engine::script_engine(script_limits limits) : core_(std::make_unique<core>(limits)) {}

script_engine::~script_engine() = default;

result<void> script_engine::check(const script_source& source) {
  return check_length(source, core_->limits)
      .and_then([this] { return core_->runtime(); })
      .and_then([&](script_runtime* runtime) { return runtime->check(source); });
}

result<std::string> script_engine::run(const script& what, std::string_view msg_json,
                                       std::string_view metadata_json, std::string_view type,
                                       instant now) {
  const auto& limits = core_->limits;
  auto& state = *what.state_;
  if (what.suspended_until(now)) {
    return fail(error_code::overloaded,
                "The script is suspended after " + std::to_string(limits.overruns) + " overruns");
  }
  if (msg_json.size() + metadata_json.size() + type.size() > limits.arguments) {
    return fail(error_code::invalid,
                "The message is longer than " + std::to_string(limits.arguments) + " characters");
  }
  if (auto short_enough = check_length(state.source, limits); !short_enough) {
    return tl::unexpected(std::move(short_enough.error()));
  }
  auto runtime = core_->runtime();
  if (!runtime) {
    return tl::unexpected(std::move(runtime.error()));
  }
  auto returned = (*runtime)->call(what.state_, {msg_json, metadata_json, type}, limits);
  if (!returned) {
    if (returned.error().overrun) {
      const std::lock_guard lock(state.mutex);
      state.suspended.overrun(now.steady, limits.overruns, limits.suspension);
    }
    return fail(error_code::invalid, std::move(returned.error().message));
  }
  return std::move(*returned);
}

} // namespace muster
