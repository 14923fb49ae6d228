#include "actors/registry/gathered_reads.hpp"
#include "tests/catch.hpp"

#include <deque>
#include <set>

using namespace muster;

namespace {

/// Reads run when they are told to.
struct reads_fixture {
  std::deque<std::function<void()>> queued;
  bool full = false;
  std::vector<std::size_t> sizes;
  std::multiset<int> read;
  std::multiset<int> refused;
  gathered_reads<int> reads{[this](std::function<void()> work) {
                              if (!full) {
                                queued.push_back(std::move(work));
                              }
                              return !full;
                            },
                            {.at_once = 100, .reads = 4, .waiting = 1'000},
                            [this](const std::vector<int>& questions) {
                              sizes.push_back(questions.size());
                              read.insert(questions.begin(), questions.end());
                            },
                            [this](int question) { refused.insert(question); }};

  void run() {
    while (!queued.empty()) {
      auto work = std::move(queued.front());
      queued.pop_front();
      work();
    }
  }
};

} // namespace

TEST_CASE("what waits is read together, a hundred at a time, each once") {
  reads_fixture f;
  for (int i = 0; i < 250; ++i) {
    f.reads.ask(i);
  }
  CHECK(f.queued.size() == 4);
  f.run();
  CHECK(f.sizes == std::vector<std::size_t>{100, 100, 50});
  CHECK(f.read.size() == 250);
  CHECK(std::set(f.read.begin(), f.read.end()).size() == 250);
  // And again, when all reads have ended.
  f.reads.ask(251);
  f.run();
  CHECK(f.read.contains(251));
  CHECK(f.refused.empty());
}

TEST_CASE("what no read comes to is refused") {
  reads_fixture f;
  f.full = true;
  f.reads.ask(1);
  CHECK(f.refused == std::multiset{1});
  f.full = false;
  f.reads.ask(2);
  f.full = true;
  // A read is under way, so it comes to it.
  f.reads.ask(3);
  CHECK(f.refused == std::multiset{1});
  f.run();
  CHECK(f.read == std::multiset{2, 3});
}

TEST_CASE("nothing is forgotten that was asked while a read could not be begun") {
  std::multiset<int> refused;
  std::function<void()> meanwhile;
  gathered_reads<int> reads{[&](const std::function<void()>&) {
                              if (meanwhile) {
                                std::exchange(meanwhile, {})();
                              }
                              return false;
                            },
                            {.at_once = 1, .reads = 1, .waiting = 10},
                            [](const std::vector<int>&) {},
                            [&](int question) { refused.insert(question); }};
  meanwhile = [&] { reads.ask(2); };
  reads.ask(1);
  CHECK(refused == std::multiset{1, 2});
}

TEST_CASE("no more waits than may") {
  reads_fixture f;
  for (int i = 0; i < 1'001; ++i) {
    f.reads.ask(i);
  }
  CHECK(f.refused == std::multiset{1'000});
  f.run();
  CHECK(f.read.size() == 1'000);
}
