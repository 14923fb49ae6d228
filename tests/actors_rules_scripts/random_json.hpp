#pragma once

#include <rapidcheck.h>

#include <set>
#include <string>
#include <vector>

namespace muster {

/// A JSON text as JavaScript writes it but for its numbers: no blanks, no name twice, names that
/// are no indexes, no escape that is not needed.
inline rc::Gen<std::string> random_json(int depth) {
  return rc::gen::exec([depth]() -> std::string {
    static const std::vector<std::string> scalars{"null",
                                                  "true",
                                                  "false",
                                                  R"("")",
                                                  R"("a\"\\\n\u0000")",
                                                  R"("Grüße 😀")",
                                                  R"("\ud800")",
                                                  R"("12")",
                                                  "0",
                                                  "-1",
                                                  "42",
                                                  "42.0",
                                                  "-0",
                                                  "-0.0",
                                                  "0.1",
                                                  "1.50",
                                                  "1e3",
                                                  "1E+2",
                                                  "5e-324",
                                                  "1.7976931348623157e308",
                                                  "9007199254740992",
                                                  "9007199254740993",
                                                  "-9223372036854775808",
                                                  "18446744073709551615",
                                                  "123456789012345678901234567890",
                                                  "0.000001",
                                                  "0.0000001",
                                                  "123456789012345",
                                                  "1234567890123456",
                                                  "0.30000000000000004",
                                                  "3.14159265358979323846",
                                                  "1e21",
                                                  "999999999999999999999"};
    static const std::vector<std::string> names{
        R"("a")",   R"("b")",      R"("msg")",         R"("")",   R"("__proto__")", R"("toString")",
        R"("é\"")", R"("length")", R"("constructor")", R"("x y")"};
    const int kind = depth == 0 ? 0 : *rc::gen::inRange(0, 3);
    if (kind == 0) {
      return *rc::gen::elementOf(scalars);
    }
    std::string text;
    std::set<std::string> used;
    for (int items = *rc::gen::inRange(0, 5); items > 0; --items) {
      const auto name = kind == 1 ? *rc::gen::elementOf(names) + ":" : "";
      if (kind == 1 && !used.insert(name).second) {
        continue;
      }
      text += (text.empty() ? "" : ",") + name + *random_json(depth - 1);
    }
    return kind == 1 ? "{" + text + "}" : "[" + text + "]";
  });
}

} // namespace muster
