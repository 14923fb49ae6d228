// A whole service whose wall clock is set back, as NTP or an administrator may do.
#include "actors/directory/blocking_replies.hpp"
#include "actors/service/service.hpp"
#include "tests/actors_service/temporary_folder.hpp"
#include "tests/catch.hpp"

#include <atomic>
#include <future>

namespace muster {

namespace {

constexpr milliseconds hour = 3'600'000;

/// The system's clock with its wall part moved by hand. Thread-safe.
class wrong_clock final : public clock_source {
public:
  instant now() const noexcept override {
    auto at = real_.now();
    at.wall += wrong_by_;
    return at;
  }
  void set_back(milliseconds by) { wrong_by_ -= by; }

private:
  system_clock_source real_;
  std::atomic<milliseconds> wrong_by_ = 0;
};

class fixture {
public:
  fixture() {
    options.data_dir = folder.path() + "/data";
    options.data_min_free = 0;
    options.demo = true;
    open();
  }

  void open() {
    below.reset();
    auto opened = service::open(options, clock);
    REQUIRE(opened.has_value());
    below = std::move(*opened);
    std::promise<result<std::optional<token_owner>>> found;
    below->find_token("A1_TEST_TOKEN", [&](auto answer) { found.set_value(std::move(answer)); });
    owner = found.get_future().get().value().value();
  }

  reply send(command_body body, milliseconds within = 10'000) {
    auto [handle, ticket] = replies.make();
    const auto deadline = clock.now().steady + within;
    below->send({owner.device, device_sender{owner.credentials_version}, deadline, std::move(body)},
                std::move(handle));
    return ticket.wait();
  }

  /// Saves a number to which the server gives the time.
  void save(std::int64_t number) {
    REQUIRE(std::holds_alternative<done>(
        send(save_telemetry{{{std::nullopt, {{"k", value(number)}}}}, 0})));
  }

  std::vector<data_point> history() {
    auto [handle, ticket] = replies.make();
    auto [user_handle, user_ticket] = replies.make();
    below->ask(find_user_by_email{"tenant@thingsboard.org"}, std::move(user_handle));
    const auto who = std::get<user>(user_ticket.wait());
    read_history asked;
    asked.who = {who.id, who.role, who.tenant, who.customer};
    asked.device = owner.device;
    asked.key = "k";
    asked.end = clock.now().wall + 100 * hour;
    below->ask(std::move(asked), std::move(handle));
    return std::get<history_page>(ticket.wait()).points;
  }

  temporary_folder folder;
  service_options options;
  wrong_clock clock;
  blocking_replies replies;
  std::unique_ptr<service> below;
  token_owner owner;
};

} // namespace

TEST_CASE("telemetry keeps its order when the wall clock jumps back, also over a restart") {
  fixture at;
  at.save(1);
  const auto before = at.history().at(0).ts;
  at.clock.set_back(hour);
  at.save(2);
  at.open();
  at.save(3);
  at.clock.set_back(hour);
  at.save(4);
  // Newest first, equal times by arrival: nothing was given an older time than what came before it.
  const auto points = at.history();
  REQUIRE_FALSE(points.empty());
  CHECK(points.front().val == value(std::int64_t{4}));
  for (const auto& point : points) {
    CHECK(point.ts >= before);
  }
}

} // namespace muster
