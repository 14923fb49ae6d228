#include "tests/catch.hpp"
#include "tests/persistence/postgres/database.hpp"
#include "tests/persistence/support/manual_clock.hpp"

#include <array>
#include <atomic>
#include <string>
#include <thread>
#include <utility>

namespace muster::test {

using namespace persistence;

namespace {

constexpr int chain_rounds = 60;

uuid numbered_row(int kind, int number) {
  uuid id;
  id.bytes[0] = static_cast<std::uint8_t>(kind);
  id.bytes[15] = static_cast<std::uint8_t>(number);
  return id;
}

rule_chain chain_of(int tenant, int number) {
  rule_chain made;
  made.id = {numbered_row(1, number)};
  made.tenant = {numbered_row(2, tenant)};
  made.name = "chain " + std::to_string(number);
  return made;
}

bool is_durable(store& rows, std::vector<mutation> mutations, std::vector<precondition> rests_on) {
  write one;
  one.epoch = first_epoch;
  one.mutations = std::move(mutations);
  one.preconditions = std::move(rests_on);
  return rows.commit({&one, 1}).front().what == write_outcome::kind::durable;
}

} // namespace

TEST_CASE("of two nodes that make a tenant's root chain one does") {
  manual_clock clock;
  empty_database(single_server(), clock);
  std::array<std::atomic<int>, 2> won{};
  const auto race = [&](int node) {
    const auto rows = open_owner(options_of(single_server()), clock);
    for (int round = 0; round < chain_rounds; ++round) {
      auto chain = chain_of(round, 100 * node + round);
      chain.root = true;
      won.at(static_cast<std::size_t>(node)) +=
          is_durable(*rows, {put_rule_chain{std::nullopt, chain}},
                     {{root_chain_free{chain.tenant}, {}}})
              ? 1
              : 0;
    }
  };
  std::thread other([&] { race(0); });
  race(1);
  other.join();
  CHECK(won[0] + won[1] == chain_rounds);
  const auto rows = open_owner(options_of(single_server()), clock);
  for (int round = 0; round < chain_rounds; ++round) {
    CHECK(rows->find_root_rule_chain(chain_of(round, 0).tenant).value().has_value());
  }
}

TEST_CASE("a rule chain is not deleted while another node has a profile name it") {
  manual_clock clock;
  empty_database(single_server(), clock);
  const auto naming = open_owner(options_of(single_server()), clock);
  const auto removing = open_owner(options_of(single_server()), clock);
  for (int round = 0; round < chain_rounds; ++round) {
    const auto chain = chain_of(0, round);
    REQUIRE(is_durable(*naming, {put_rule_chain{std::nullopt, chain}}, {}));
    device_profile profile;
    profile.id = {numbered_row(3, round)};
    profile.name = "profile " + std::to_string(round);
    profile.default_rule_chain = chain.id;
    bool removed = false;
    std::thread other([&] {
      removed =
          is_durable(*removing, {erase_rule_chain{chain}}, {{rule_chain_unused{chain.id}, {}}});
    });
    const bool named = is_durable(*naming, {put_profile{std::nullopt, profile}},
                                  {{rule_chain_is{chain.id, 0}, {}}});
    other.join();
    CHECK(named != removed);
  }
}

} // namespace muster::test
