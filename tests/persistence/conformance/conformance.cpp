#include "persistence/directory/entity_lists.hpp"
#include "tests/catch.hpp"
#include "tests/persistence/conformance/alarms.hpp"
#include "tests/persistence/conformance/entity_lists.hpp"
#include "tests/persistence/conformance/script.hpp"
#include "tests/persistence/conformance/subject.hpp"

#include <rapidcheck.h>

#include <limits>
#include <random>

namespace muster::test {

using namespace persistence;

namespace {

/// Compares every answer of a store with the model's.
class comparison {
public:
  comparison(store& given, const model& expected, const world& where, tape& choices, timestamp now)
      : given_(given), expected_(expected), where_(where), choices_(choices), now_(now) {}

  void all() {
    devices();
    names_and_tokens();
    lists();
    histories();
    rpcs();
    dues();
    directory();
    check_entity_lists(given_, expected_, where_, choices_, now_);
    check_alarms(given_, expected_, where_, choices_, now_);
  }

private:
  /// Rows that are over may be gone or not.
  std::vector<append_history> alive(std::vector<append_history> rows) const {
    std::erase_if(rows, [&](const append_history& row) {
      const timestamp end =
          row.expires != 0 ? row.expires : row.ts + model::retention_seconds * 1000;
      return now_ > end;
    });
    return rows;
  }

  void devices() {
    for (const auto& id : where_.devices) {
      auto rows = given_.read_device(id).value();
      const bool exists = expected_.devices.contains(id);
      RC_ASSERT(given_.read_device_info(id).value().has_value() == exists);
      auto wanted = expected_.rows(id);
      RC_ASSERT(rows.has_value() == wanted.has_value());
      if (!wanted) {
        continue;
      }
      wanted->journal = alive(std::move(wanted->journal));
      rows->journal = alive(std::move(rows->journal));
      RC_ASSERT(rows->exists == exists);
      RC_ASSERT(rows->info == wanted->info);
      RC_ASSERT(rows->access == wanted->access);
      RC_ASSERT(rows->counters == wanted->counters);
      RC_ASSERT(rows->attributes == wanted->attributes);
      RC_ASSERT(rows->latest == wanted->latest);
      RC_ASSERT(rows->journal == wanted->journal);
      RC_ASSERT((rows->outbox == wanted->outbox));
      RC_ASSERT((rows->alarms == wanted->alarms));
      RC_ASSERT(*rows == *wanted);
    }
    RC_ASSERT(given_.count_devices().value() == expected_.devices.size());
  }

  void names_and_tokens() {
    for (const auto& token : where_.tokens) {
      const auto owner = given_.find_token(token).value();
      RC_ASSERT(owner.has_value() == expected_.token_taken(token));
      if (owner) {
        const auto& access = expected_.devices.at(owner->device).rows.access;
        RC_ASSERT(access.credentials_id == token);
        RC_ASSERT(access.version == owner->credentials_version);
        RC_ASSERT(owner->tenant == expected_.devices.at(owner->device).token_tenant);
        RC_ASSERT(owner->profile == expected_.devices.at(owner->device).token_profile);
      }
    }
    for (const auto& tenant : where_.tenants) {
      for (const auto& name : where_.names) {
        const auto id = given_.find_device_by_name(tenant, name).value();
        RC_ASSERT(id.has_value() == expected_.name_taken(tenant, name));
        RC_ASSERT((!id || expected_.devices.at(*id).rows.info.name == name));
        const auto profile = given_.find_profile_by_name(tenant, name).value();
        RC_ASSERT(profile.has_value() == expected_.profile_taken(tenant, name));
        RC_ASSERT((!profile || *profile == expected_.profiles.at(profile->id)));
      }
    }
  }

  void lists() {
    for (int i = 0; i < 8; ++i) {
      device_list which{where_.tenants[i % 2]};
      which.customer =
          choices_.coin() ? std::optional(choices_.one_of(where_.customers)) : std::nullopt;
      which.type =
          choices_.pick(3) == 2 ? std::optional(choices_.one_of(where_.types)) : std::nullopt;
      which.profile =
          choices_.pick(3) == 2 ? std::optional(choices_.one_of(where_.profiles)) : std::nullopt;
      which.active = choices_.pick(3) == 2 ? std::optional(choices_.coin()) : std::nullopt;
      which.with_fields = choices_.pick(3) == 2;
      const auto link = any_link(choices_, {"", "createdTime", "name", "type", "label"});
      check_page(given_.list_devices(which, link).value(), expected_.list(which, link), link);
      groups(which);
    }
    std::vector<bool> active;
    for (const auto& id : where_.devices) {
      const auto found = expected_.devices.find(id);
      active.push_back(found != expected_.devices.end() && found->second.rows.due_inactivity);
    }
    RC_ASSERT(given_.are_active(where_.devices).value() == active);
  }

  /// Walks a group in steps, as jobs do.
  void groups(const device_list& which) {
    device_group group{which.tenant, which.customer, std::nullopt};
    if (!group.customer) {
      group.profile = which.profile;
    }
    const auto wanted = expected_.positions(group);
    RC_ASSERT(given_.count_devices(group).value() == wanted.size());
    std::vector<device_position> walked;
    std::optional<device_position> after;
    for (;;) {
      const auto step = given_.next_devices(group, after, 2).value();
      walked.insert(walked.end(), step.begin(), step.end());
      if (step.size() < 2) {
        break;
      }
      after = step.back();
    }
    RC_ASSERT(walked == wanted);
  }

  template <class Row>
  void check_page(const page<Row>& given, const std::vector<Row>& all, const page_link& link) {
    const std::size_t first = std::size_t{link.page} * link.size;
    RC_ASSERT(given.total == all.size());
    RC_ASSERT(given.has_next == (first + link.size < all.size()));
    std::vector<Row> wanted;
    for (std::size_t i = first; i < std::min(first + link.size, all.size()); ++i) {
      wanted.push_back(all[i]);
    }
    RC_ASSERT(given.data == wanted);
  }

  void histories() {
    constexpr auto lowest = std::numeric_limits<timestamp>::min();
    constexpr auto highest = std::numeric_limits<timestamp>::max();
    const std::vector<timestamp> starts{lowest, -1, 0, 1, now_ - 3'600'000, now_};
    const std::vector<timestamp> ends{highest, 0, 1, now_, now_ + 1};
    for (const auto& device : where_.devices) {
      const history_scan range{device, choices_.one_of(starts), choices_.one_of(ends),
                               choices_.coin()};
      auto wanted = expected_.history(range, now_);
      const std::size_t limit = choices_.coin() ? 2 : 1'000;
      wanted.resize(std::min(wanted.size(), limit));
      std::vector<append_history> seen;
      RC_ASSERT(given_
                    .scan_history(range, now_,
                                  [&](const append_history& row) {
                                    seen.push_back(row);
                                    return seen.size() < limit ? scan_step::go_on : scan_step::stop;
                                  })
                    .has_value());
      RC_ASSERT(seen == wanted);
    }
  }

  void rpcs() {
    for (const auto& device : where_.devices) {
      const auto status =
          choices_.coin() ? std::optional(static_cast<rpc_status>(choices_.pick(7))) : std::nullopt;
      page_link link;
      link.size = 2;
      const auto page = given_.list_rpcs(device, status, link).value();
      check_page(page, expected_.rpcs(device, status, now_), link);
      ordered_rpcs(device, status);
      for (const auto& id : where_.rpcs_of(device)) {
        const auto rpc = given_.read_rpc(id).value();
        const auto kept = expected_.rpcs(device, std::nullopt, now_);
        const auto wanted = std::ranges::find(kept, id, &rpc_record::id);
        RC_ASSERT(rpc.has_value() == (wanted != kept.end()));
        RC_ASSERT((!rpc || (rpc->first == device && rpc->second == *wanted)));
      }
    }
  }

  void ordered_rpcs(const device_id& device, const std::optional<rpc_status>& status) {
    page_link link;
    link.size = 1 + choices_.pick(3);
    link.page = choices_.pick(3);
    link.sort_property =
        choices_.one_of(std::vector<std::string>{"expirationTime", "request", "response"});
    link.descending = choices_.coin();
    const auto page = given_.list_rpcs(device, status, link).value();
    const auto wanted = page_of(expected_.rpcs(device, status, now_), link).value();
    RC_ASSERT(page.total == wanted.total);
    RC_ASSERT(page.has_next == wanted.has_next);
    RC_ASSERT(page.data == wanted.data);
  }

  void dues() {
    for (const auto& device : where_.devices) {
      const auto shard = shard_of(device);
      const timestamp until = 1'000 * static_cast<timestamp>(choices_.pick(5));
      auto wanted = expected_.due(shard, until);
      RC_ASSERT(given_.read_due(shard, until, 100).value() == wanted);
      wanted.resize(std::min<std::size_t>(wanted.size(), 1));
      RC_ASSERT(given_.read_due(shard, until, 1).value() == wanted);
    }
  }

  void directory() {
    for (const auto& id : where_.users) {
      RC_ASSERT(given_.read_user(id).value() == find(expected_.users, id));
    }
    for (const auto& email : where_.emails) {
      const auto user = given_.find_user_by_email(email).value();
      RC_ASSERT(user.has_value() == expected_.email_taken(lower(email)));
      RC_ASSERT((!user || *user == expected_.users.at(user->id)));
    }
    for (const auto& id : where_.tenants) {
      RC_ASSERT(given_.read_tenant(id).value() == find(expected_.tenants, id));
      const auto profile = find(expected_.default_profiles, id);
      RC_ASSERT(given_.find_default_profile(id).value() ==
                (profile ? find(expected_.profiles, *profile) : std::nullopt));
    }
    for (const auto& id : where_.customers) {
      RC_ASSERT(given_.read_customer(id).value() == find(expected_.customers, id));
    }
    for (const auto& id : where_.profiles) {
      RC_ASSERT(given_.read_profile(id).value() == find(expected_.profiles, id));
    }
    for (const auto& name : where_.names) {
      RC_ASSERT(given_.read_setting(name).value() == find(expected_.settings, name));
    }
    std::vector<put_revocation> valid;
    for (const auto& [subject, row] : expected_.revocations) {
      if (now_ <= row.expires) {
        valid.push_back(row);
      }
    }
    RC_ASSERT(given_.read_revocations().value() == valid);
  }

  template <class Key, class Row>
  static std::optional<Row> find(const std::map<Key, Row>& table, const Key& key) {
    const auto found = table.find(key);
    return found == table.end() ? std::nullopt : std::optional<Row>(found->second);
  }

  store& given_;
  const model& expected_;
  const world& where_;
  tape& choices_;
  timestamp now_;
};

/// What is asked after a commit comes from a tape of its own, so that the script's stays short.
tape questions(std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<std::uint32_t> numbers(400);
  std::ranges::generate(numbers, random);
  return tape(std::move(numbers));
}

void play(const make_subject& make, tape choices) {
  manual_clock clock;
  const world where;
  model known;
  script writer(where, choices);
  const auto subject = make(clock);
  while (!choices.at_end()) {
    std::vector<write> batch;
    std::vector<write_outcome> expected;
    const auto count = 1 + choices.pick(4);
    for (std::uint32_t i = 0; i < count; ++i) {
      auto step = writer.next(known, clock.now().wall);
      batch.push_back(std::move(step.change));
      expected.push_back(std::move(step.expected));
    }
    const auto outcomes = subject->store().commit(batch);
    RC_ASSERT(outcomes.size() == expected.size());
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      RC_ASSERT(outcomes[i].what == expected[i].what);
      RC_ASSERT(outcomes[i].why == expected[i].why);
    }
    if (choices.pick(4) == 3) {
      clock.advance(choices.pick(600'000));
    }
    if (choices.pick(10) == 9) {
      subject->reopen();
    }
    tape asked = questions(choices.pick(1'000));
    comparison(subject->store(), known, where, asked, clock.now().wall).all();
  }
}

} // namespace

void check_conformance(const make_subject& make) {
  // Long tapes: several commits, each of several rows.
  REQUIRE(rc::check("a store answers as the model does", [&] {
    const auto length = *rc::gen::inRange<std::size_t>(0, 800);
    const auto number = rc::gen::resize(100, rc::gen::inRange<std::uint32_t>(0, 1U << 30));
    play(make, tape(*rc::gen::container<std::vector<std::uint32_t>>(length, number)));
  }));
}

} // namespace muster::test
