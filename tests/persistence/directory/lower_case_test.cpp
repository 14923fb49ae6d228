#include "persistence/directory/lower_case.hpp"
#include "tests/catch.hpp"

#include <rapidcheck.h>

namespace muster::test {

using persistence::lower_case;

TEST_CASE("lower case of names") {
  CHECK(lower_case("Pump 7-A") == "pump 7-a");
  CHECK(lower_case("ÄÖÜßÉ×") == "äöüßé×");
  CHECK(lower_case("ŁŹŻČŸ") == "łźżčÿ");
  CHECK(lower_case("ΑΩΣ") == "αωσ");
  CHECK(lower_case("НАСОС ЁЖ") == "насос ёж");
  CHECK(lower_case("水泵") == "水泵");
}

TEST_CASE("lower case keeps what is no UTF-8, and the length") {
  CHECK(rc::check([](const std::string& bytes) {
    const std::string once = lower_case(bytes);
    RC_ASSERT(once.size() == bytes.size());
    RC_ASSERT(lower_case(once) == once);
  }));
  CHECK(lower_case("\xc3") == "\xc3");
}

} // namespace muster::test
