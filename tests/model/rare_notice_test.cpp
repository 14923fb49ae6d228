#include "actors/model/rare_notice.hpp"
#include "tests/catch.hpp"

namespace muster {

TEST_CASE("a notice is granted once a pause, and tells how many were not") {
  rare_notice notice(100);
  CHECK(notice.take(1'000) == 0U);
  CHECK_FALSE(notice.take(1'001));
  CHECK_FALSE(notice.take(1'099));
  CHECK(notice.take(1'100) == 2U);
  CHECK_FALSE(notice.take(1'100));
}

} // namespace muster
