#include "actors/registry/registry.hpp"
#include "persistence/committer/committer.hpp"
#include "persistence/reader_pool/reader_pool.hpp"
#include "tests/actors_device/support.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

using namespace muster;
using namespace muster::test;

namespace {

/// Counts replies over all threads.
class counting_sink final : public reply_sink {
public:
  void push(std::vector<completion> batch) noexcept override {
    const std::lock_guard guard(lock_);
    for (auto& one : batch) {
      one.to.release();
      good_ += is<error>(one.what) ? 0 : 1;
    }
    all_ += batch.size();
    changed_.notify_all();
  }

  std::size_t wait_for(std::size_t count) {
    std::unique_lock guard(lock_);
    changed_.wait(guard, [&] { return all_ >= count; });
    return good_;
  }

private:
  std::mutex lock_;
  std::condition_variable changed_;
  std::size_t all_ = 0;
  std::size_t good_ = 0;
};

} // namespace

TEST_CASE("real threads: senders, actors, committer, readers and timer at once") {
  constexpr std::uint8_t fleet = 16;
  constexpr int each = 500;
  manual_clock clock;
  const auto rows = persistence::make_memory_store(clock);
  for (std::uint8_t device = 0; device < fleet; ++device) {
    store_device(*rows, device);
  }
  service_options options;
  options.max_resident = 4;
  counting_sink sink;
  auto readers = std::make_unique<persistence::reader_pool>();
  persistence::committer* commits = nullptr;
  registry devices(
      options,
      {*rows, clock, [&](std::function<void()> work) { return readers->run(std::move(work)); },
       [&](persistence::submission&& what) { return commits->submit(std::move(what)); },
       [](const device_id&, const std::string&) {}});
  auto committing =
      std::make_unique<persistence::committer>(*rows, devices, persistence::committer_options{});
  commits = committing.get();
  std::atomic<bool> ends{false};
  std::thread timer([&] {
    while (!ends) {
      devices.tick();
      std::this_thread::yield();
    }
  });
  const auto send = [&](std::uint8_t first) {
    for (int i = 0; i < each; ++i) {
      const auto device = static_cast<std::uint8_t>((first + i * 2) % fleet);
      devices.send({device_of(device), device_sender{1}, 0, telemetry("k", std::int64_t{i})},
                   reply_handle({&sink, 1, 1}));
    }
  };
  std::thread one([&] { send(0); });
  std::thread two([&] { send(1); });
  one.join();
  two.join();
  CHECK(sink.wait_for(2 * each) == 2 * each);
  ends = true;
  timer.join();
  devices.stop();
  readers.reset();
  committing.reset();
  service_status status;
  devices.fill(status);
  CHECK(status.commands == 2 * each);
  CHECK(status.exceptions == 0);
}
