#include "actors/service/password.hpp"

#include "actors/service/password_worker.hpp"
#include "tests/actors_service/hand_clock.hpp"
#include "tests/catch.hpp"

#include <future>
#include <memory>
#include <utility>
#include <vector>

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

namespace {

/// Work that a worker is in until it is let go.
class held_work {
public:
  explicit held_work(password_worker& worker) {
    const auto entered = std::make_shared<std::promise<void>>();
    REQUIRE(worker.hash("x", [entered, left = leave_.get_future().share()](auto) {
      entered->set_value();
      left.wait();
    }));
    entered->get_future().wait();
  }
  void let_go() { leave_.set_value(); }

private:
  std::promise<void> leave_;
};

std::size_t taken(password_worker& worker) {
  std::size_t count = 0;
  while (count < 1'000 && worker.verify("x", "", [](bool) {})) {
    ++count;
  }
  return count;
}

} // namespace

TEST_CASE("a burst waits for the hashing thread, a flood is refused") {
  hand_clock clock;
  password_worker worker{clock};
  held_work first{worker};
  CHECK(taken(worker) == 128);
  first.let_go();
}

TEST_CASE("nobody waits for the hashing thread longer than five seconds") {
  for (const auto& [took, places] : {std::pair{500, 10U}, std::pair{2'000, 4U}}) {
    CAPTURE(took);
    hand_clock clock;
    password_worker worker{clock};
    REQUIRE(worker.hash("x", [&clock, span = took](auto) { clock.advance(span); }));
    // It begins after the first one's end, so that the time of that is known.
    held_work second{worker};
    CHECK(taken(worker) == places);
    second.let_go();
  }
}

TEST_CASE("what waits for the hashing thread is done in turn") {
  hand_clock clock;
  password_worker worker{clock};
  held_work first{worker};
  const auto hash = hash_password("x");
  std::vector<int> order;
  std::promise<void> last;
  for (int i = 0; i < 12; ++i) {
    CHECK(worker.verify("x", i == 3 ? *hash : std::string{}, [&, i](bool matches) {
      order.push_back(matches ? -i : i);
      if (i == 11) {
        last.set_value();
      }
    }));
  }
  first.let_go();
  last.get_future().wait();
  CHECK(order == std::vector<int>{0, 1, 2, -3, 4, 5, 6, 7, 8, 9, 10, 11});
}

} // namespace muster
