#include "actors/rules/scripts/script_runtime.hpp"
#include "actors/rules/scripts/spidermonkey/bounded_memory.hpp"
#include "actors/rules/scripts/spidermonkey/compiled_script.hpp"

#include <js/ContextOptions.h>
#include <js/GCAPI.h>
#include <js/Initialization.h>
#include <js/Interrupt.h>
#include <js/MemoryCallbacks.h>
#include <js/Promise.h>
#include <js/Stack.h>
#include <jsapi.h>
#include <pthread.h>

#include <algorithm>
#include <memory>
#include <unordered_map>
#include <utility>

namespace muster {

namespace {

constexpr std::uint32_t heap_bytes = 64 << 20;
constexpr std::size_t stack_bytes = 512 << 10;
/// Of one thread, beyond which the one not called for longest is compiled anew: 96 KB each.
constexpr std::size_t max_scripts = 256;

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

/// The stack of the thread that made it.
class thread_stack {
public:
  thread_stack() {
    pthread_attr_t attributes;
    if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
      void* lowest = nullptr;
      pthread_attr_getstack(&attributes, &lowest, &size_);
      pthread_attr_destroy(&attributes);
      begin_ = static_cast<const char*>(lowest) + size_;
    }
  }

  /// The engine counts a call's part of the stack from the stack's begin, where what the thread
  /// keeps for itself may be larger than that part; and out of stack before there is a global
  /// object is its end. So the part is set anew where a call begins.
  std::size_t quota() const {
    const auto* here = static_cast<const char*>(__builtin_frame_address(0));
    return std::min(static_cast<std::size_t>(begin_ - here) + stack_bytes, size_ - kept_free);
  }

private:
  static constexpr std::size_t kept_free = 128 << 10;

  const char* begin_ = nullptr;
  std::size_t size_ = 0;
};

struct end_context {
  void operator()(JSContext* context) const { JS_DestroyContext(context); }
};

class spidermonkey_runtime final : public script_runtime {
public:
  explicit spidermonkey_runtime(const script_limits& limits) : limits_(limits) {}

  /// False when there is no memory.
  bool begin();

  result<void> check(const script_source& source) override;
  tl::expected<std::string, script_failure> call(const std::shared_ptr<script_state>& state,
                                                 const script_arguments& arguments,
                                                 const watched_thread& time) override;
  void forget(const script_state& state) override;
  void interrupt() noexcept override { JS_RequestInterruptCallback(js_.get()); }

private:
  /// The key of the table stays this script's while there is an entry that knows its state.
  struct entry {
    entry(std::weak_ptr<const script_state> of, JSContext* context)
        : state(std::move(of)), script(context) {}

    std::weak_ptr<const script_state> state;
    compiled_script script;
    std::uint64_t last_call = 0;
  };

  static spidermonkey_runtime& of(JSContext* context) {
    return *static_cast<spidermonkey_runtime*>(JS_GetContextPrivate(context));
  }
  result<entry*> compiled(const std::shared_ptr<script_state>& state);
  void make_room();
  bool keeps_too_much(compiled_script& script) const;
  void collect_garbage();

  const script_limits limits_;
  const thread_stack stack_;
  dropped_jobs jobs_;
  std::unique_ptr<JSContext, end_context> js_;
  const watched_thread* time_ = nullptr;
  bool out_of_memory_ = false;
  std::uint64_t calls_ = 0;
  std::unordered_map<const script_state*, entry> scripts_;
};

bool spidermonkey_runtime::begin() {
  js_.reset(spidermonkey::begin() ? JS_NewContext(heap_bytes) : nullptr);
  if (js_ == nullptr) {
    return false;
  }
  auto* context = js_.get();
  JS_SetContextPrivate(context, this);
  JS_SetNativeStackQuota(context, stack_.quota());
  JS::ContextOptionsRef(context).setWasm(false).setAsmJS(false);
  JS::SetJobQueue(context, &jobs_);
  JS_SetGCParameter(context, JSGC_MAX_BYTES, heap_bytes);
  JS::SetOutOfMemoryCallback(
      context, [](JSContext* self, void*) { of(self).out_of_memory_ = true; }, nullptr);
  // The engine interrupts for reasons of its own, too: only the watchdog's ends the call.
  return JS::InitSelfHostedCode(context) && JS_AddInterruptCallback(context, [](JSContext* self) {
           const auto* time = of(self).time_;
           return time == nullptr || !time->time_is_over();
         });
}

void spidermonkey_runtime::make_room() {
  std::erase_if(scripts_, [](const auto& item) { return item.second.state.expired(); });
  if (scripts_.size() >= max_scripts) {
    scripts_.erase(
        std::min_element(scripts_.begin(), scripts_.end(), [](const auto& a, const auto& b) {
          return a.second.last_call < b.second.last_call;
        }));
  }
}

result<spidermonkey_runtime::entry*>
spidermonkey_runtime::compiled(const std::shared_ptr<script_state>& state) {
  if (const auto known = scripts_.find(state.get()); known != scripts_.end()) {
    return &known->second;
  }
  make_room();
  auto& made = scripts_.try_emplace(state.get(), state, js_.get()).first->second;
  if (auto done = made.script.compile(state->source); !done) {
    scripts_.erase(state.get());
    return tl::unexpected(std::move(done.error()));
  }
  return &made;
}

result<void> spidermonkey_runtime::check(const script_source& source) {
  JS_SetNativeStackQuota(js_.get(), stack_.quota());
  return compiled_script(js_.get()).compile(source);
}

tl::expected<std::string, script_failure>
spidermonkey_runtime::call(const std::shared_ptr<script_state>& state,
                           const script_arguments& arguments, const watched_thread& time) {
  JS_SetNativeStackQuota(js_.get(), stack_.quota());
  out_of_memory_ = false;
  time_ = &time;
  auto script = compiled(state);
  if (!script) {
    time_ = nullptr;
    return tl::unexpected(script_failure{out_of_memory_, std::move(script.error().message)});
  }
  (*script)->last_call = ++calls_;
  const bounded_memory memory(heap_bytes);
  auto returned = (*script)->script.call(arguments, limits_);
  time_ = nullptr;
  if (out_of_memory_ || memory.exceeded()) {
    return tl::unexpected(script_failure{true, "The script used too much memory"});
  }
  if (keeps_too_much((*script)->script)) {
    return tl::unexpected(script_failure{true, "The script keeps too much memory"});
  }
  return returned;
}

bool spidermonkey_runtime::keeps_too_much(compiled_script& script) const {
  if (script.used_bytes() <= limits_.kept_bytes) {
    return false;
  }
  script.collect_garbage();
  return script.used_bytes() > limits_.kept_bytes;
}

void spidermonkey_runtime::forget(const script_state& state) {
  scripts_.erase(&state);
  collect_garbage();
  if (JS_GetGCParameter(js_.get(), JSGC_BYTES) > heap_bytes / 2) {
    // Others keep so much that who finds the heap full next may have done nothing for it.
    scripts_.clear();
    collect_garbage();
  }
}

void spidermonkey_runtime::collect_garbage() {
  JS::PrepareForFullGC(js_.get());
  JS::NonIncrementalGC(js_.get(), JS::GCOptions::Shrink, JS::GCReason::API);
}

} // namespace

extern "C" __attribute__((visibility("default"))) script_runtime*
muster_make_script_runtime(const script_limits& limits) {
  auto made = std::make_unique<spidermonkey_runtime>(limits);
  return made->begin() ? made.release() : nullptr;
}

} // namespace muster
