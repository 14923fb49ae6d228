#include "persistence/committer/committer.hpp"
#include "persistence/memory/memory_store.hpp"
#include "tests/catch.hpp"
#include "tests/persistence/committer/gated_store.hpp"
#include "tests/persistence/support/manual_clock.hpp"
#include "tests/persistence/support/replies.hpp"

#include <thread>

namespace muster::test {

using namespace persistence;

namespace {

device_id device(std::uint8_t number) {
  device_id id;
  id.value.bytes[0] = number;
  return id;
}

class recording_listener final : public commit_listener {
public:
  void committed(std::span<const commit_report> batch) noexcept override {
    const std::lock_guard lock(mutex_);
    reports_.insert(reports_.end(), batch.begin(), batch.end());
    replies_before_ = std::max(replies_before_, sink_ == nullptr ? 0 : sink_->pushes());
  }
  std::vector<commit_report> reports() const {
    const std::lock_guard lock(mutex_);
    return reports_;
  }
  /// Replies that had gone out when the listener was last told.
  std::size_t replies_before() const {
    const std::lock_guard lock(mutex_);
    return replies_before_;
  }
  void watch(const collecting_sink& sink) { sink_ = &sink; }

private:
  mutable std::mutex mutex_;
  std::vector<commit_report> reports_;
  const collecting_sink* sink_ = nullptr;
  std::size_t replies_before_ = 0;
};

struct fixture {
  manual_clock clock;
  std::unique_ptr<memory_store> rows = make_memory_store(clock);
  gated_store gate{*rows};
  recording_listener listener;
  collecting_sink sink;

  submission setting(std::string name, std::uint64_t request) {
    submission made;
    made.changes.mutations.push_back(put_setting{std::move(name), "x"});
    made.replies.push_back({sink.handle(request), done{}});
    made.ticket = request;
    return made;
  }
  submission of_device(std::uint8_t number, std::uint64_t activation, std::uint64_t request) {
    submission made = setting("s" + std::to_string(request), request);
    made.changes.device = device(number);
    made.changes.shard = shard_of(device(number));
    made.changes.epoch = first_epoch;
    made.activation = activation;
    return made;
  }
  submission read_of_device(std::uint8_t number, std::uint64_t activation, std::uint64_t request) {
    submission made = of_device(number, activation, request);
    made.changes.mutations.clear();
    return made;
  }
};

bool is_unavailable(const reply& what) {
  const auto* failure = std::get_if<error>(&what);
  return failure != nullptr && failure->code == error_code::storage_unavailable;
}

} // namespace

TEST_CASE("what arrives during a commit is the next batch, answered by one push") {
  fixture f;
  f.gate.close();
  committer group(f.gate, f.listener, {});
  REQUIRE(group.submit(f.setting("first", 0)));
  f.gate.wait_until_waiting();
  for (std::uint64_t i = 1; i <= 20; ++i) {
    REQUIRE(group.submit(f.setting("later", i)));
  }
  CHECK(group.stats().queued == 20);
  f.gate.open();
  const auto answers = f.sink.wait_for(21);
  for (std::uint64_t i = 0; i <= 20; ++i) {
    CHECK(answers[i].first == i);
    CHECK(std::holds_alternative<done>(answers[i].second));
  }
  CHECK(f.gate.batches() == std::vector<std::size_t>{1, 20});
  CHECK(f.sink.pushes() == 2);
}

TEST_CASE("the listener is told before the replies go out") {
  fixture f;
  f.listener.watch(f.sink);
  committer group(f.gate, f.listener, {});
  REQUIRE(group.submit(f.of_device(1, 5, 9)));
  f.sink.wait_for(1);
  const auto reports = f.listener.reports();
  REQUIRE(reports.size() == 1);
  CHECK(reports[0].device == device(1));
  CHECK(reports[0].activation == 5);
  CHECK(reports[0].ticket == 9);
  CHECK(reports[0].outcome.what == write_outcome::kind::durable);
  CHECK(f.listener.replies_before() == 0);
}

TEST_CASE("a failed commit answers storage_unavailable and spoils its activations") {
  fixture f;
  committer group(f.gate, f.listener, {});
  f.rows->fail_commits(1);
  f.gate.close();
  REQUIRE(group.submit(f.of_device(1, 5, 0)));
  f.gate.wait_until_waiting();
  REQUIRE(group.submit(f.of_device(1, 5, 1)));
  REQUIRE(group.submit(f.read_of_device(1, 5, 2)));
  REQUIRE(group.submit(f.of_device(2, 6, 3)));
  f.gate.open();
  auto answers = f.sink.wait_for(4);
  CHECK(is_unavailable(answers[0].second));
  CHECK(is_unavailable(answers[1].second));
  CHECK(is_unavailable(answers[2].second));
  CHECK(std::holds_alternative<done>(answers[3].second));
  CHECK_FALSE(f.rows->read_setting("s1").value());

  SECTION("the next activation of the device writes again") {
    REQUIRE(group.submit(f.of_device(1, 7, 4)));
    answers = f.sink.wait_for(5);
    CHECK(std::holds_alternative<done>(answers[4].second));
  }
}

TEST_CASE("a waiting read shares the fate of its device's write in the same batch") {
  fixture f;
  committer group(f.gate, f.listener, {});
  f.gate.close();
  REQUIRE(group.submit(f.setting("first", 0)));
  f.gate.wait_until_waiting();
  REQUIRE(group.submit(f.of_device(1, 5, 1)));
  REQUIRE(group.submit(f.read_of_device(1, 5, 2)));
  REQUIRE(group.submit(f.read_of_device(2, 6, 3)));
  f.gate.fail_after_next(*f.rows);
  f.gate.open();
  const auto answers = f.sink.wait_for(4);
  CHECK(is_unavailable(answers[1].second));
  CHECK(is_unavailable(answers[2].second));
  CHECK(std::holds_alternative<done>(answers[3].second));
}

TEST_CASE("a refused precondition fails its submission alone") {
  fixture f;
  committer group(f.gate, f.listener, {});
  auto refused = f.setting("name", 1);
  refused.changes.preconditions.push_back(
      {setting_free{"name"}, {error_code::already_exists, "taken"}});
  REQUIRE(group.submit(f.setting("name", 0)));
  REQUIRE(group.submit(std::move(refused)));
  REQUIRE(group.submit(f.setting("other", 2)));
  const auto answers = f.sink.wait_for(3);
  CHECK(std::holds_alternative<done>(answers[0].second));
  CHECK(std::get<error>(answers[1].second) == error{error_code::already_exists, "taken"});
  CHECK(std::holds_alternative<done>(answers[2].second));
}

TEST_CASE("a stale epoch spoils the activation") {
  fixture f;
  committer group(f.gate, f.listener, {});
  f.rows->set_epoch(shard_of(device(1)), shard_epoch{2});
  REQUIRE(group.submit(f.of_device(1, 5, 0)));
  f.sink.wait_for(1);
  f.rows->set_epoch(shard_of(device(1)), first_epoch);
  REQUIRE(group.submit(f.of_device(1, 5, 1)));
  const auto answers = f.sink.wait_for(2);
  CHECK(is_unavailable(answers[0].second));
  CHECK(is_unavailable(answers[1].second));
}

TEST_CASE("the queue is bounded by rows and bytes and leaves what it refuses untouched") {
  fixture f;
  committer_options options;
  options.max_queued_rows = 3;
  options.max_queued_bytes = 10'000;
  f.gate.close();
  committer group(f.gate, f.listener, options);
  REQUIRE(group.submit(f.setting("in the store", 0)));
  f.gate.wait_until_waiting();

  SECTION("rows") {
    for (std::uint64_t i = 1; i <= 3; ++i) {
      REQUIRE(group.submit(f.setting("waiting", i)));
    }
    auto refused = f.setting("refused", 4);
    CHECK_FALSE(group.submit(std::move(refused)));
    CHECK(refused.changes.mutations.size() == 1);
    CHECK(refused.replies.size() == 1);
    refused.replies[0].to.release();
    f.gate.open();
    CHECK(f.sink.wait_for(4).size() == 4);
  }
  SECTION("bytes, but one oversize submission passes when nothing waits") {
    auto large = f.setting("large", 1);
    large.changes.mutations.push_back(put_setting{"l", std::string(20'000, 'x')});
    CHECK(group.submit(std::move(large)));
    auto refused = f.setting("refused", 2);
    CHECK_FALSE(group.submit(std::move(refused)));
    refused.replies[0].to.release();
    f.gate.open();
    CHECK(f.sink.wait_for(2).size() == 2);
  }
}

TEST_CASE("a batch is bounded by rows") {
  fixture f;
  committer_options options;
  options.max_batch_rows = 4;
  f.gate.close();
  committer group(f.gate, f.listener, options);
  REQUIRE(group.submit(f.setting("first", 0)));
  f.gate.wait_until_waiting();
  for (std::uint64_t i = 1; i <= 10; ++i) {
    REQUIRE(group.submit(f.setting("later", i)));
  }
  f.gate.open();
  f.sink.wait_for(11);
  CHECK(f.gate.batches() == std::vector<std::size_t>{1, 4, 4, 2});
}

TEST_CASE("the committer commits what is queued before it ends") {
  fixture f;
  f.gate.close();
  {
    committer group(f.gate, f.listener, {});
    for (std::uint64_t i = 0; i < 50; ++i) {
      REQUIRE(group.submit(f.setting("s" + std::to_string(i), i)));
    }
    f.gate.open();
  }
  CHECK(f.sink.wait_for(50).size() == 50);
  CHECK(f.rows->read_setting("s49").value());
}

TEST_CASE("no wake-up is lost with many submitters that wait for their answers") {
  fixture f;
  committer group(f.gate, f.listener, {});
  constexpr std::uint64_t rounds = 2'000;
  std::vector<std::thread> submitters;
  for (std::uint64_t t = 0; t < 4; ++t) {
    submitters.emplace_back([&, t] {
      collecting_sink own;
      for (std::uint64_t i = 0; i < rounds; ++i) {
        submission one;
        one.changes.mutations.push_back(put_setting{"s" + std::to_string(t), "x"});
        one.replies.push_back({own.handle(i), done{}});
        // One at a time: each time the committer may be about to sleep.
        if (group.submit(std::move(one))) {
          own.wait_for(i + 1);
        }
      }
    });
  }
  for (auto& thread : submitters) {
    thread.join();
  }
  const auto counted = group.stats();
  CHECK(counted.submissions == 4 * rounds);
  CHECK(counted.rows == 4 * rounds);
  CHECK(counted.commit_batch.total == counted.batches);
  CHECK(counted.commit_batch.sum == counted.submissions);
}

} // namespace muster::test
