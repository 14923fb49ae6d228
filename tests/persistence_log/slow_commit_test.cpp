#include "persistence/committer/committer.hpp"
#include "persistence/memory/memory_store.hpp"
#include "tests/catch.hpp"
#include "tests/persistence/support/manual_clock.hpp"
#include "tests/persistence/support/replies.hpp"

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <sstream>

namespace muster::test {

using namespace persistence;

namespace {

class nobody final : public commit_listener {
public:
  void committed(std::span<const commit_report>) noexcept override {}
};

/// What is logged while three commits are made, one after the other.
std::string logged_by_three_commits(std::uint64_t slow_commit) {
  std::ostringstream text;
  const auto before = spdlog::default_logger();
  spdlog::set_default_logger(std::make_shared<spdlog::logger>(
      "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(text)));
  {
    manual_clock clock;
    const auto rows = make_memory_store(clock);
    nobody listener;
    collecting_sink sink;
    committer_options options;
    options.slow_commit = slow_commit;
    committer commits(*rows, listener, options);
    for (std::uint64_t request = 1; request <= 3; ++request) {
      submission made;
      made.changes.mutations.push_back(put_setting{"a", "x"});
      made.replies.push_back({sink.handle(request), done{}});
      REQUIRE(commits.submit(std::move(made)));
      sink.wait_for(request);
    }
  }
  spdlog::set_default_logger(before);
  return text.str();
}

} // namespace

TEST_CASE("a slow commit is logged with what it was, many of them rarely") {
  const std::string text = logged_by_three_commits(0);
  const auto line = text.find("A commit of 1 changes with 1 rows took ");
  REQUIRE(line != std::string::npos);
  CHECK(text.find("A commit", line + 1) == std::string::npos);
}

TEST_CASE("commits that are not slow are not logged") {
  CHECK(logged_by_three_commits(60'000'000).empty());
}

} // namespace muster::test
