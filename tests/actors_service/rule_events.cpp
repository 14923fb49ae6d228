#include "tests/actors_service/directory_fixture.hpp"

#include <limits>

namespace muster {

namespace {

class events_fixture : public directory_fixture {
public:
  events_fixture() {
    chain = done_as<rule_chain>(make_default_rule_chain{who, "Debugged"});
    REQUIRE(chain.nodes.size() > 1);
    for (std::size_t at = 0; at < 2; ++at) {
      keep(at, rule_event_kind::in, "T");
      clock.advance(1);
      keep(at, rule_event_kind::out, "T");
    }
  }

  void keep(std::size_t at, rule_event_kind kind, const std::string& type) {
    persistence::put_rule_event row;
    row.event.created = clock.now().wall;
    row.event.id = ordered_uuid(row.event.created);
    row.event.tenant = tenant;
    row.event.node = chain.nodes.at(at).id;
    row.event.kind = kind;
    row.event.message_type = type;
    persistence::write change;
    change.mutations = {row};
    store->commit({&change, 1});
  }

  std::uint64_t count(const caller& by, const rule_event_source& of,
                      rule_event_filter filter = {}) {
    filter.end = std::numeric_limits<timestamp>::max();
    return std::get<page<rule_event>>(ask(list_rule_events{by, of, filter, {}})).total;
  }

  rule_chain chain;
};

} // namespace

TEST_CASE("events are listed by node and by chain") {
  events_fixture at;
  const auto node = at.chain.nodes.front().id;
  CHECK(at.count(at.who, node) == 2);
  CHECK(at.count(at.who, at.chain.id) == 4);
  rule_event_filter incoming;
  incoming.kind = rule_event_kind::in;
  CHECK(at.count(at.who, at.chain.id, incoming) == 2);
  rule_event_filter other;
  other.message_type = "U";
  CHECK(at.count(at.who, at.chain.id, other) == 0);
}

TEST_CASE("events are the tenant's own") {
  events_fixture at;
  const auto node = at.chain.nodes.front().id;
  const auto foreign = at.foreign();
  CHECK(at.count(foreign, node) == 0);
  CHECK(code_of(at.ask(list_rule_events{foreign, at.chain.id, {}, {}})) == error_code::not_found);
  CHECK(code_of(at.ask(list_rule_events{at.system(), node, {}, {}})) == error_code::forbidden);
  constexpr auto ever = std::numeric_limits<timestamp>::max();
  CHECK(code_of(at.apply(clear_rule_events{foreign, node, 0, ever})) == error_code::not_found);
  CHECK(code_of(at.apply(clear_rule_events{foreign, at.chain.id, 0, ever})) ==
        error_code::not_found);
  CHECK(at.count(at.who, at.chain.id) == 4);
}

TEST_CASE("events are cleared by node, chain and time") {
  events_fixture at;
  const auto node = at.chain.nodes.front().id;
  constexpr auto ever = std::numeric_limits<timestamp>::max();
  at.done_as<done>(clear_rule_events{at.who, node, at.clock.now().wall + 1, ever});
  CHECK(at.count(at.who, node) == 2);
  at.done_as<done>(clear_rule_events{at.who, node, 0, ever});
  CHECK(at.count(at.who, node) == 0);
  CHECK(at.count(at.who, at.chain.id) == 2);
  at.done_as<done>(clear_rule_events{at.who, at.chain.id, 0, ever});
  CHECK(at.count(at.who, at.chain.id) == 0);
}

} // namespace muster
