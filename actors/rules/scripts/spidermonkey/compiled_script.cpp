#include "actors/rules/scripts/spidermonkey/compiled_script.hpp"

#include "actors/rules/scripts/spidermonkey/exception_text.hpp"
#include "actors/rules/scripts/spidermonkey/prelude.hpp"

#include <js/CallAndConstruct.h>
#include <js/CharacterEncoding.h>
#include <js/CompilationAndEvaluation.h>
#include <js/GCAPI.h>
#include <js/GlobalObject.h>
#include <js/PropertyAndElement.h>
#include <js/Realm.h>
#include <js/RealmOptions.h>
#include <js/SourceText.h>
#include <js/String.h>
#include <jsfriendapi.h>

#include <array>
#include <utility>

namespace muster {

namespace {

constexpr JSClass global_class = {
    "global", JSCLASS_GLOBAL_FLAGS, &JS::DefaultGlobalClassOps, nullptr, nullptr, nullptr};

JSObject* make_global(JSContext* context) {
  JS::RealmOptions options;
  options.creationOptions().setNewCompartmentAndZone().setSharedMemoryAndAtomicsEnabled(false);
  return JS_NewGlobalObject(context, &global_class, nullptr, JS::FireOnNewGlobalHook, options);
}

bool evaluate(JSContext* context, std::string_view ascii, JS::MutableHandleValue returned) {
  JS::SourceText<mozilla::Utf8Unit> source;
  const JS::CompileOptions options(context);
  return source.init(context, ascii.data(), ascii.size(), JS::SourceOwnership::Borrowed) &&
         JS::Evaluate(context, options, source, returned);
}

JSFunction* compile_body(JSContext* context, const script_source& of) {
  using names = std::array<const char*, 3>;
  static constexpr names current{"msg", "metadata", "msgType"};
  static constexpr names previous{"prevMsg", "prevMetadata", "prevMsgType"};
  const auto& parameters = of.kind == script_kind::generate ? previous : current;
  // The engine takes a function's UTF-8 for Latin-1.
  std::size_t length = 0;
  JS::UniqueTwoByteChars text(
      JS::UTF8CharsToNewTwoByteCharsZ(context, JS::UTF8Chars(of.body.data(), of.body.size()),
                                      &length, js::MallocArena)
          .get());
  JS::SourceText<char16_t> source;
  if (text == nullptr || !source.init(context, std::move(text), length)) {
    return nullptr;
  }
  JS::CompileOptions options(context);
  // The engine puts a line with the parameters before the body.
  options.setFileAndLine(script_file, 0);
  const JS::RootedObjectVector no_scopes(context);
  return JS::CompileFunction(context, no_scopes, options, "script", parameters.size(),
                             parameters.data(), source);
}

JSObject* zone_counters(JSContext* context) {
  JS::RootedObject all(context, js::gc::NewMemoryInfoObject(context));
  JS::RootedValue zone(context);
  return all != nullptr && JS_GetProperty(context, all, "zone", &zone) && zone.isObject()
             ? &zone.toObject()
             : nullptr;
}

JSString* string_of(JSContext* context, std::string_view text) {
  return JS_NewStringCopyUTF8N(context, JS::UTF8Chars(text.data(), text.size()));
}

script_failure failure_of_call(JSContext* context) {
  return {false, take_exception(context, first_column::running)};
}

} // namespace

compiled_script::compiled_script(JSContext* context)
    : context_(context), global_(context), body_(context), memory_(context), caller_(context) {}

result<void> compiled_script::compile(const script_source& source) {
  const auto failed = [this] {
    return fail(error_code::invalid, take_exception(context_, first_column::compiling));
  };
  global_ = make_global(context_);
  if (global_ == nullptr) {
    return failed();
  }
  const JSAutoRealm realm(context_, global_);
  JS::RootedValue ignored(context_);
  if (source.language == script_language::tbel && !evaluate(context_, tbel_prelude, &ignored)) {
    return failed();
  }
  if (!evaluate(context_, caller_prelude, &caller_)) {
    return failed();
  }
  memory_ = zone_counters(context_);
  body_ = compile_body(context_, source);
  if (memory_ == nullptr || body_ == nullptr) {
    return failed();
  }
  return {};
}

tl::expected<std::string, script_failure> compiled_script::call(const script_arguments& arguments,
                                                                const script_limits& limits) {
  const JSAutoRealm realm(context_, global_);
  JS::RootedValueArray<4> values(context_);
  const std::array texts{arguments.msg, arguments.metadata, arguments.type};
  values[0].setObject(*JS_GetFunctionObject(body_));
  for (std::size_t i = 0; i < texts.size(); ++i) {
    auto* string = string_of(context_, texts[i]);
    if (string == nullptr) {
      return tl::unexpected(failure_of_call(context_));
    }
    values[i + 1].setString(string);
  }
  JS::RootedValue returned(context_);
  if (!JS::Call(context_, JS::UndefinedHandleValue, caller_, values, &returned)) {
    return tl::unexpected(failure_of_call(context_));
  }
  if (!returned.isString()) {
    return tl::unexpected(script_failure{false, "The script returned no value"});
  }
  if (JS::GetStringLength(returned.toString()) > limits.result) {
    return tl::unexpected(script_failure{true, "The result is longer than " +
                                                   std::to_string(limits.result) + " characters"});
  }
  auto* text = JS_EnsureLinearString(context_, returned.toString());
  if (text == nullptr) {
    return tl::unexpected(failure_of_call(context_));
  }
  std::string encoded(JS::GetDeflatedUTF8StringLength(text), '\0');
  JS::DeflateStringToUTF8Buffer(text, mozilla::Span(encoded.data(), encoded.size()));
  return encoded;
}

std::size_t compiled_script::used_bytes() {
  const JSAutoRealm realm(context_, global_);
  JS::RootedValue bytes(context_);
  // What lies outside the heap (buffers, arrays) is counted by this property alone.
  if (!JS_GetProperty(context_, memory_, "mallocBytes", &bytes)) {
    JS_ClearPendingException(context_);
  }
  const double outside = bytes.isNumber() ? bytes.toNumber() : 0;
  return static_cast<std::size_t>(outside) + js::GetGCHeapUsageForObjectZone(global_);
}

void compiled_script::collect_garbage() {
  JS::PrepareZoneForGC(context_, JS::GetObjectZone(global_));
  JS::NonIncrementalGC(context_, JS::GCOptions::Normal, JS::GCReason::API);
}

} // namespace muster
