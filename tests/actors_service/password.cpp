#include "actors/service/password.hpp"

#include "actors/service/password_worker.hpp"
#include "tests/catch.hpp"

#include <future>

namespace muster {

TEST_CASE("a password is known by its hash and by no other") {
  const auto hash = hash_password("secret");
  REQUIRE(hash.has_value());
  CHECK(hash->starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
  CHECK(verify_password("secret", *hash));
  CHECK_FALSE(verify_password("Secret", *hash));
  CHECK_FALSE(verify_password("", *hash));
  CHECK_FALSE(verify_password("secret", ""));
  CHECK_FALSE(verify_password("secret", "$argon2id$broken"));
  CHECK(hash_password("secret") != *hash);
}

TEST_CASE("random passwords are 20 letters and digits") {
  const std::string password = random_password();
  CHECK(password.size() == 20);
  CHECK(std::all_of(password.begin(), password.end(),
                    [](unsigned char c) { return std::isalnum(c) != 0; }));
  CHECK(password != random_password());
}

TEST_CASE("four may wait for the hashing thread, the next is refused") {
  password_worker worker;
  std::promise<void> entered;
  std::promise<void> leave;
  REQUIRE(worker.hash("x", [&](auto) {
    entered.set_value();
    leave.get_future().wait();
  }));
  // The thread is inside the first one's callback, so all places are free again.
  entered.get_future().wait();
  std::promise<bool> last;
  for (int i = 0; i < 3; ++i) {
    CHECK(worker.verify("x", "", [](bool) {}));
  }
  CHECK(worker.verify("x", "", [&](bool matches) { last.set_value(matches); }));
  CHECK_FALSE(worker.verify("x", "", [](bool) {}));
  leave.set_value();
  CHECK_FALSE(last.get_future().get());
}

} // namespace muster
