#include "tests/actors_rules_scripts/called.hpp"

#include <string>

namespace muster {

TEST_CASE("a script sees the message, its metadata and its type") {
  CHECK(called("return msg.temperature > 20;", R"({"temperature":42})") == "true");
  CHECK(called("return metadata.deviceName + '/' + msgType;", "{}", R"({"deviceName":"A1"})") ==
        R"("A1/POST_TELEMETRY_REQUEST")");
  CHECK(called("return [msg.length, metadata];", "[1,2,3]") == "[3,{}]");
  CHECK(called("return msg;", "null") == "null");
  CHECK(called("return msg;", R"("Grüße 😀\u0000")") == R"("Grüße 😀\u0000")");
}

TEST_CASE("a body is UTF-8") {
  CHECK(called("return ['é😀', 'é😀'.length];") == R"(["é😀",3])");
}

TEST_CASE("a generator sees the message before") {
  script_engine engine;
  const script generator({"return {msg: {n: (prevMsg.n || 0) + 1}, metadata: prevMetadata, "
                          "msgType: prevMsgType};",
                          script_language::javascript, script_kind::generate});
  CHECK(called(engine, generator, R"({"n":4})", R"({"a":"b"})") ==
        R"({"msg":{"n":5},"metadata":{"a":"b"},"msgType":"POST_TELEMETRY_REQUEST"})");
}

TEST_CASE("scripts may use what JavaScript has") {
  CHECK(called("const {a, ...rest} = msg; return {...rest, b: a ?? 1};", R"({"c":2})") ==
        R"({"c":2,"b":1})");
  CHECK(called("return new Date(0).toISOString();") == R"("1970-01-01T00:00:00.000Z")");
  CHECK(called("return [...'ab'].map(c => c.charCodeAt(0).toString(16));") == R"(["61","62"])");
  CHECK(called("var b = new DataView(new ArrayBuffer(4)); b.setUint32(0, 0x41c80000); "
               "return b.getFloat32(0);") == "25");
}

TEST_CASE("scripts reach nothing outside") {
  for (const auto* name : {"require", "process", "load", "read", "fetch", "XMLHttpRequest", "print",
                           "setTimeout", "WebAssembly", "SharedArrayBuffer", "Atomics", "os"}) {
    CHECK(called(std::string("return typeof ") + name + ";") == R"("undefined")");
  }
}

TEST_CASE("what is no JSON") {
  CHECK(called("return undefined;") == "failed: The script returned no value");
  CHECK(called("msg.a = 1;") == "failed: The script returned no value");
  CHECK(called("return function () {};") == "failed: The script returned no value");
  CHECK(called("return NaN;") == "null");
  CHECK(called("return {a: undefined, b: NaN, c: 1/0, d: -0};") == R"({"b":null,"c":null,"d":0})");
  CHECK(called("return '\\ud800';") == R"("\ud800")");
  CHECK(called("return 1n;") == "failed: TypeError: BigInt value can't be serialized in JSON");
  CHECK(called("var o = {}; o.o = o; return o;") == "failed: TypeError: cyclic object value");
  CHECK(called("return Promise.resolve(1);") == "{}");
  CHECK(called("Promise.resolve().then(function () { for (;;); }); return 1;") == "1");
  CHECK(called("return {toJSON: function () { return msg; }};", "[7]") == "[7]");
}

TEST_CASE("a failure says what and where") {
  CHECK(called("var a = 1;\n  return a + b;") ==
        "failed: ReferenceError: b is not defined (line 2, column 3)");
  CHECK(called("return msg.a.b;") == "failed: TypeError: msg.a is undefined (line 1, column 1)");
  CHECK(called("throw new Error('too cold');") == "failed: Error: too cold (line 1, column 7)");
  CHECK(called("throw 'too cold';") == "failed: too cold");
  CHECK(called("throw null;") == "failed: null");
  CHECK(called("throw undefined;") == "failed: undefined");
  CHECK(called("throw Symbol('a');") == "failed: Symbol()");
  CHECK(called("throw {get message() { for (;;); }, toString() { for (;;); }};")
            .rfind("failed: uncaught exception", 0) == 0);
  CHECK(called("return {toJSON: function () {\n return a; }};") ==
        "failed: ReferenceError: a is not defined (line 2, column 2)");
}

TEST_CASE("what does not compile is told with its place") {
  script_engine engine;
  const auto problem = [&](std::string body) {
    const auto checked = engine.check({std::move(body)});
    return checked ? "" : checked.error().message;
  };
  CHECK(problem("return msg;").empty());
  CHECK(problem("").empty());
  CHECK(problem("return a // no end of line").empty());
  CHECK(problem("var a = 1;\nreturn a +;") ==
        "SyntaxError: expected expression, got ';' (line 2, column 11)");
  CHECK(problem("foreach (x : msg) { }").rfind("SyntaxError: ", 0) == 0);
  CHECK_FALSE(problem("return 1; } function other() {").empty());
  CHECK_FALSE(problem("}, function () {").empty());
  CHECK_FALSE(problem(std::string(50'000, '(')).empty());
  CHECK(problem("return '\xff';") == "TypeError: malformed UTF-8 character sequence at offset 8");
  CHECK(problem(std::string(50'001, ' ')) == "The script is longer than 50000 characters");
  const script broken({"return a +;"});
  CHECK(called(engine, broken) ==
        "failed: SyntaxError: expected expression, got ';' (line 1, column 11)");
}

TEST_CASE("globals live from call to call and reach no other script") {
  script_engine engine;
  const script counting({"n = typeof n === 'undefined' ? 1 : n + 1; return n;"});
  const script other({"return typeof n;"});
  CHECK(called(engine, counting) == "1");
  CHECK(called(engine, counting) == "2");
  CHECK(called(engine, other) == R"("undefined")");
  CHECK(called(engine, script(counting.source())) == "1");
  CHECK(called(engine, script(counting)) == "3");
}

TEST_CASE("a script may break its own world only") {
  script_engine engine;
  const script vandal({"JSON.parse = JSON.stringify = function () { return 'broken'; };"
                       "Object.prototype.toJSON = function () { return 'broken'; };"
                       "Array.prototype.join = String = Date = null;"
                       "Object.prototype.b = 5; return 1;"});
  const script neighbour({"return [JSON.stringify(JSON.parse('{}')), {}.b, [1, 2].join()];"});
  CHECK(called(engine, neighbour) == R"(["{}",null,"1,2"])");
  CHECK(called(engine, vandal) == "1");
  CHECK(called(engine, vandal) == "1");
  CHECK(called(engine, neighbour) == R"(["{}",null,"1,2"])");
}

TEST_CASE("TBEL scripts that are JavaScript") {
  constexpr auto tbel = script_language::tbel;
  CHECK(called("var gone = metadata.remove('a'); return [gone, metadata];", "{}",
               R"({"a":"1","b":"2"})", tbel) == R"(["1",{"b":"2"}])");
  CHECK(called("return msgType.equals('POST_TELEMETRY_REQUEST') && !msgType.equals(1);", "{}", "{}",
               tbel) == "true");
  CHECK(called("var gone = msg.remove(1); return [gone, msg];", "[4,5,6]", "{}", tbel) ==
        "[5,[4,6]]");
  CHECK(called("var names = []; for (var name in msg) { names.push(name); } return names;",
               R"({"a":1})", "{}", tbel) == R"(["a"])");
  CHECK(called("return typeof metadata.remove;") == R"("undefined")");
}

} // namespace muster
