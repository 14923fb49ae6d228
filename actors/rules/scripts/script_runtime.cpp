#include "actors/rules/scripts/script_runtime.hpp"

#include "actors/rules/scripts/compiled_script.hpp"

#include <js/ContextOptions.h>
#include <js/GCAPI.h>
#include <js/Initialization.h>
#include <js/Interrupt.h>
#include <js/MemoryCallbacks.h>
#include <js/Promise.h>
#include <js/Stack.h>
#include <jsapi.h>

#include <unordered_map>
#include <utility>

namespace muster {

namespace {

constexpr std::uint32_t heap_bytes = 64 << 20;
constexpr std::size_t stack_bytes = 512 << 10;

/// SpiderMonkey of the process: begun with the first runtime, ended with the process. The threads
/// that have runtimes end before.
class spidermonkey {
public:
  static bool begin() {
    static const spidermonkey of_the_process;
    return of_the_process.begun_;
  }

private:
  spidermonkey() {
    JS::DisableJitBackend();
    begun_ = JS_Init();
  }
  // Without it the engine's helper threads would run on while its statics are destroyed.
  ~spidermonkey() { JS_ShutDown(); }

  bool begun_ = false;
};

/// Scripts are functions that return: what they promise for later is dropped. Without a queue the
/// engine would crash at the first promise.
class dropped_jobs final : public JS::JobQueue {
public:
  JSObject* getIncumbentGlobal(JSContext* context) override {
    return JS::CurrentGlobalOrNull(context);
  }
  bool enqueuePromiseJob(JSContext*, JS::HandleObject, JS::HandleObject, JS::HandleObject,
                         JS::HandleObject) override {
    return true;
  }
  void runJobs(JSContext*) override {}
  bool empty() const override { return true; }

private:
  struct nothing_saved final : SavedJobQueue {};
  js::UniquePtr<SavedJobQueue> saveJobQueue(JSContext*) override {
    return js::MakeUnique<nothing_saved>();
  }
};

struct end_context {
  void operator()(JSContext* context) const { JS_DestroyContext(context); }
};

} // namespace

struct script_runtime::parts {
  struct entry {
    entry(std::weak_ptr<const script_state> of, JSContext* context)
        : state(std::move(of)), script(context) {}

    std::weak_ptr<const script_state> state;
    compiled_script script;
  };

  dropped_jobs jobs;
  std::unique_ptr<JSContext, end_context> js;
  std::unique_ptr<watched_thread> watched;
  bool out_of_memory = false;
  std::unordered_map<const script_state*, entry> scripts;

  bool begin(std::shared_ptr<script_watchdog> watchdog);
  tl::expected<compiled_script*, script_failure>
  compiled(const std::shared_ptr<const script_state>& state);
  void recover(const script_state* offender);
};

bool script_runtime::parts::begin(std::shared_ptr<script_watchdog> watchdog) {
  js.reset(spidermonkey::begin() ? JS_NewContext(heap_bytes) : nullptr);
  if (js == nullptr) {
    return false;
  }
  JS_SetNativeStackQuota(js.get(), stack_bytes);
  JS::ContextOptionsRef(js.get()).setWasm(false).setAsmJS(false);
  JS::SetJobQueue(js.get(), &jobs);
  JS_SetGCParameter(js.get(), JSGC_MAX_BYTES, heap_bytes);
  JS_SetContextPrivate(js.get(), this);
  JS::SetOutOfMemoryCallback(
      js.get(), [](JSContext*, void* self) { static_cast<parts*>(self)->out_of_memory = true; },
      this);
  if (!JS::InitSelfHostedCode(js.get())) {
    return false;
  }
  watched = std::make_unique<watched_thread>(
      std::move(watchdog), [context = js.get()] { JS_RequestInterruptCallback(context); });
  // The engine interrupts for reasons of its own, too: only the watchdog's ends the call.
  return JS_AddInterruptCallback(js.get(), [](JSContext* of) {
    return !static_cast<parts*>(JS_GetContextPrivate(of))->watched->time_is_over();
  });
}

tl::expected<compiled_script*, script_failure>
script_runtime::parts::compiled(const std::shared_ptr<const script_state>& state) {
  if (const auto known = scripts.find(state.get()); known != scripts.end()) {
    if (!known->second.state.expired()) {
      return &known->second.script;
    }
    scripts.erase(known);
  }
  auto& made = scripts.try_emplace(state.get(), state, js.get()).first->second.script;
  if (auto compiled = made.compile(state->source); !compiled) {
    scripts.erase(state.get());
    return tl::unexpected(script_failure{false, std::move(compiled.error().message)});
  }
  return &made;
}

void script_runtime::parts::recover(const script_state* offender) {
  scripts.erase(offender);
  JS::PrepareForFullGC(js.get());
  JS::NonIncrementalGC(js.get(), JS::GCOptions::Shrink, JS::GCReason::API);
}

script_runtime::script_runtime(std::unique_ptr<parts> of) : parts_(std::move(of)) {}

script_runtime::~script_runtime() = default;

result<std::unique_ptr<script_runtime>>
script_runtime::make(std::shared_ptr<script_watchdog> watchdog) {
  auto made = std::make_unique<parts>();
  if (!made->begin(std::move(watchdog))) {
    return fail(error_code::internal, "No memory for scripts");
  }
  return std::unique_ptr<script_runtime>(new script_runtime(std::move(made)));
}

const std::shared_ptr<script_watchdog>& script_runtime::watchdog() const noexcept {
  return parts_->watched->watchdog();
}

result<void> script_runtime::check(const script_source& source) {
  return compiled_script(parts_->js.get()).compile(source);
}

tl::expected<std::string, script_failure>
script_runtime::call(const std::shared_ptr<const script_state>& state,
                     const script_arguments& arguments, const script_limits& limits) {
  auto compiled = parts_->compiled(state);
  if (!compiled) {
    return tl::unexpected(std::move(compiled.error()));
  }
  parts_->out_of_memory = false;
  parts_->watched->begin_call();
  auto returned = (*compiled)->call(arguments, limits);
  const bool late = parts_->watched->end_call();
  if (late || parts_->out_of_memory) {
    parts_->recover(state.get());
    return tl::unexpected(script_failure{true, late ? "The script took longer than " +
                                                          std::to_string(limits.call_time) + " ms"
                                                    : "The script used too much memory"});
  }
  return returned;
}

} // namespace muster
