#include "actors/model/random.hpp"

#include "tests/catch.hpp"

#include <array>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace muster::test {

namespace {

std::string drawn(std::size_t size) {
  std::string bytes(size, '\0');
  random_bytes(bytes.data(), bytes.size());
  return bytes;
}

} // namespace

TEST_CASE("random bytes are never handed out twice, by whichever thread") {
  std::set<std::string> seen;
  std::vector<std::vector<std::string>> of_threads(4);
  std::vector<std::thread> threads;
  for (auto& mine : of_threads) {
    threads.emplace_back([&mine] {
      for (int i = 0; i < 500; ++i) {
        mine.push_back(drawn(16));
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  for (const auto& mine : of_threads) {
    seen.insert(mine.begin(), mine.end());
  }
  CHECK(seen.size() == 2'000);
}

TEST_CASE("random bytes fill any size, also more than is drawn at once") {
  for (const std::size_t size :
       {std::size_t{1}, std::size_t{255}, std::size_t{256}, std::size_t{257}, std::size_t{5'000}}) {
    const std::string bytes = drawn(size);
    // Each value is missing from so many with a probability below 1e-8.
    if (size == 5'000) {
      CHECK(std::set<char>(bytes.begin(), bytes.end()).size() == 256);
    }
    CHECK(bytes.size() == size);
  }
  CHECK(drawn(32) != drawn(32));
}

} // namespace muster::test
