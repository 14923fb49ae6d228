#include "actors/rules/scripts/script_engine.hpp"

#include "actors/rules/scripts/kept_numbers.hpp"
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

result<void> check_call(const script_state& state, const script_arguments& arguments,
                        const script_limits& limits, instant now) {
  if (now.steady < state.suspended_until) {
    return fail(error_code::overloaded,
                "The script is suspended after " + std::to_string(limits.overruns) + " overruns");
  }
  if (arguments.msg.size() + arguments.metadata.size() + arguments.type.size() > limits.arguments) {
    return fail(error_code::invalid,
                "The message is longer than " + std::to_string(limits.arguments) + " characters");
  }
  return check_length(state.source, limits);
}

void count_overrun(script_state& state, const script_limits& limits, instant now) {
  const std::lock_guard lock(state.mutex);
  if (const auto until = state.overruns.overrun(now.steady, limits.overruns, limits.suspension)) {
    state.suspended_until = *until;
  }
}

/// What a thread has for its calls. Its end withdraws it from the watchdog, then ends the runtime.
struct thread_parts {
  std::unique_ptr<script_runtime> runtime;
  std::unique_ptr<watched_thread> watched;
};

} // namespace

struct script_engine::core {
  explicit core(script_limits of) : limits(of) {}

  result<thread_parts*> of_this_thread();

  const script_limits limits;
  std::once_flag started;
  std::shared_ptr<script_watchdog> watchdog;
};

result<thread_parts*> script_engine::core::of_this_thread() {
  std::call_once(started,
                 [this] { watchdog = std::make_shared<script_watchdog>(limits.call_time); });
  thread_local thread_parts own;
  if (own.watched == nullptr || own.watched->watchdog() != watchdog) {
    own.watched.reset();
    own.runtime.reset();
    auto made = make_script_runtime(limits);
    if (!made) {
      return tl::unexpected(std::move(made.error()));
    }
    own.runtime = std::move(*made);
    own.watched = std::make_unique<watched_thread>(
        watchdog, [runtime = own.runtime.get()] { runtime->interrupt(); });
  }
  return &own;
}

script_engine::script_engine(script_limits limits) : core_(std::make_unique<core>(limits)) {}

script_engine::~script_engine() = default;

result<void> script_engine::check(const script_source& source) {
  return check_length(source, core_->limits)
      .and_then([this] { return core_->of_this_thread(); })
      .and_then([&](thread_parts* thread) { return thread->runtime->check(source); });
}

result<std::string> script_engine::run(const script& what, std::string_view msg_json,
                                       std::string_view metadata_json, std::string_view type,
                                       instant now) {
  auto& state = *what.state_;
  const script_arguments arguments{msg_json, metadata_json, type};
  auto thread = check_call(state, arguments, core_->limits, now).and_then([this] {
    return core_->of_this_thread();
  });
  if (!thread) {
    return tl::unexpected(std::move(thread.error()));
  }
  auto& [runtime, watched] = **thread;
  watched->begin_call();
  auto returned = runtime->call(what.state_, arguments, *watched);
  if (watched->end_call()) {
    returned = tl::unexpected(script_failure{
        true, "The script took longer than " + std::to_string(core_->limits.call_time) + " ms"});
  }
  if (returned) {
    return with_kept_numbers(state.source.kind, std::move(*returned), msg_json);
  }
  if (returned.error().overrun) {
    runtime->forget(state);
    count_overrun(state, core_->limits, now);
  }
  return fail(error_code::invalid, std::move(returned.error().message));
}

} // namespace muster
