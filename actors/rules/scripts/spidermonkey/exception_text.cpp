#include "actors/rules/scripts/spidermonkey/exception_text.hpp"

#include <js/CharacterEncoding.h>
#include <js/Conversions.h>
#include <js/ErrorReport.h>
#include <js/Exception.h>

#include <string_view>

namespace muster {

namespace {

std::string text_of(JSContext* context, JS::HandleValue primitive) {
  JS::RootedString string(context,
                          primitive.isSymbol() ? nullptr : JS::ToString(context, primitive));
  JS::UniqueChars text = string == nullptr ? nullptr : JS_EncodeStringToUTF8(context, string);
  JS_ClearPendingException(context);
  return text == nullptr ? "Symbol()" : text.get();
}

} // namespace

std::string take_exception(JSContext* context, first_column counted_from) {
  if (!JS_IsExceptionPending(context)) {
    return {};
  }
  JS::ExceptionStack exception(context);
  if (!JS::StealPendingExceptionStack(context, &exception)) {
    JS_ClearPendingException(context);
    return "The script failed";
  }
  if (!exception.exception().isObject()) {
    return text_of(context, exception.exception());
  }
  JS::ErrorReportBuilder builder(context);
  if (!builder.init(context, exception, JS::ErrorReportBuilder::NoSideEffects)) {
    JS_ClearPendingException(context);
    return "The script failed";
  }
  std::string text = builder.toStringResult().c_str();
  const auto* report = builder.report();
  // Other places are ours: what the script returned did not become JSON.
  if (report->filename != nullptr && std::string_view(report->filename) == script_file) {
    text += " (line " + std::to_string(report->lineno) + ", column " +
            std::to_string(report->column + (counted_from == first_column::compiling ? 1 : 0)) +
            ")";
  }
  return text;
}

} // namespace muster
