#pragma once

#include <string_view>

namespace muster {

/// Evaluates to the function that calls a body with JSON texts. Evaluated in each script's global
/// object before the body: what it uses can't be changed by the script.
inline constexpr std::string_view caller_prelude = R"js(
(function () {
  'use strict';
  const {parse, stringify} = JSON;
  return function (body, msg, metadata, type) {
    return stringify(body(parse(msg), parse(metadata), type));
  };
})()
)js";

/// What TBEL scripts call and JavaScript lacks. Not enumerable, so that no loop over an object's
/// names meets it.
inline constexpr std::string_view tbel_prelude = R"js(
(function () {
  'use strict';
  const define = Object.defineProperty;
  const add = (to, name, value) =>
    define(to, name, {value, writable: true, configurable: true, enumerable: false});
  add(Object.prototype, 'remove', function remove(key) {
    const removed = this[key];
    delete this[key];
    return removed;
  });
  add(Array.prototype, 'remove', function remove(index) {
    const [removed] = this.splice(index, 1);
    return removed;
  });
  add(String.prototype, 'equals', function equals(other) {
    return typeof other === 'string' && other === String(this);
  });
})()
)js";

} // namespace muster
