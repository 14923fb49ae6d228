#include "actors/service/outbox_carrier.hpp"

#include "actors/queries/history.hpp"
#include "actors/rules/chains/chain_sources.hpp"
#include "actors/service/entity_look_up.hpp"

#include <spdlog/spdlog.h>

#include <exception>
#include <string>
#include <utility>

namespace muster {

namespace {

/// Rows that are read at a time.
constexpr std::uint32_t rows_at_a_time = 100;

/// A question of a chain may cost less than one of a person, since many are asked.
history_limits chain_limits() {
  history_limits most;
  most.rows = 1'000'000;
  most.time = 5'000;
  return most;
}

/// What can be tried again is; all else is final.
work_outcome failed(const error& why) {
  switch (why.code) {
  case error_code::storage_unavailable:
  case error_code::overloaded:
  case error_code::wrong_owner:
  case error_code::shutting_down:
  case error_code::version_conflict:
    return try_again{why.message.empty() ? "the server is busy" : why.message};
  default:
    return work_failed{why.message};
  }
}

work_outcome outcome_of(const reply& answer) {
  const auto* why = std::get_if<error>(&answer);
  return why != nullptr ? failed(*why) : work_outcome(work_done{});
}

} // namespace

outbox_carrier::outbox_carrier(dependencies needs)
    : needs_(std::move(needs)), http_(needs_.allowed) {}

bool outbox_carrier::carry(const device_id& device, outbox_task&& what, report done) {
  const chain_work& work = what.what->what;
  if (std::holds_alternative<http_work>(work)) {
    return http_.call(to_string(device) + "-" + std::to_string(what.number), std::move(what.what),
                      std::move(done));
  }
  if (std::holds_alternative<wait_work>(work) || std::holds_alternative<gather_work>(work) ||
      std::holds_alternative<rpc_work>(work) || std::holds_alternative<handed_work>(work)) {
    // What waits for a time or for the device is not given away.
    return false;
  }
  if (const auto* to = std::get_if<hand_over_work>(&work)) {
    hand_over(device, to->to, what, std::move(done));
    return true;
  }
  return needs_.read([this, device, what = std::move(what.what), done = std::move(done)] {
    try {
      carry_out(device, what->what, done);
    } catch (const std::exception& e) {
      spdlog::error("device {}: work of a rule chain failed: {}", to_string(device), e.what());
      done(work_failed{e.what()});
    }
  });
}

void outbox_carrier::begin_sources(const rule_chain& chain) {
  for (const auto& device : actors_of_sources(chain)) {
    // Whatever the server itself asks of an actor has it look.
    needs_.send({device, system_sender{}, 0, read_latest{}}, replies_.make([](reply&&) {}));
  }
}

void outbox_carrier::begin_all_sources() {
  page_link link;
  link.size = rows_at_a_time;
  for (bool more = true; more; ++link.page) {
    const auto tenants = needs_.rows.list_tenants(link);
    result<void> begun;
    for (std::size_t i = 0; tenants && begun && i < tenants->data.size(); ++i) {
      begun = begin_sources_of(tenants->data[i].id);
    }
    if (!tenants || !begun) {
      spdlog::warn("rule chains that make messages by themselves were not looked for: {}",
                   tenants ? begun.error().message : tenants.error().message);
      return;
    }
    more = tenants->has_next;
  }
}

result<void> outbox_carrier::begin_sources_of(const tenant_id& tenant) {
  page_link link;
  link.size = rows_at_a_time;
  for (bool more = true; more; ++link.page) {
    const auto chains = needs_.rows.list_rule_chains(tenant, link);
    if (!chains) {
      return tl::unexpected(chains.error());
    }
    for (const auto& one : chains->data) {
      begin_sources(one);
    }
    more = chains->has_next;
  }
  return {};
}

void outbox_carrier::carry_out(const device_id& device, const chain_work& what,
                               const report& done) {
  const auto tell = [&](auto&& found) {
    done(found ? work_outcome(std::move(*found)) : failed(found.error()));
  };
  if (const auto* history = std::get_if<history_work>(&what)) {
    find_history(device, *history, done);
  } else if (const auto* entity = std::get_if<entity_work>(&what)) {
    tell(look_up(needs_.rows, device, *entity));
  } else if (const auto* relation = std::get_if<relation_work>(&what)) {
    tell(look_up(needs_.rows, device, *relation));
  } else if (const auto* attributes = std::get_if<attributes_work>(&what)) {
    change_attributes(device, *attributes, done);
  } else if (const auto* alarm = std::get_if<spread_work>(&what)) {
    show_related(device, *alarm, done);
  } else {
    assign(device, std::get<assign_work>(what), done);
  }
}

void outbox_carrier::hand_over(const device_id& from, const device_id& to, const outbox_task& what,
                               report done) {
  needs_.send(
      {to, system_sender{}, 0, take_rule_message{encode(*what.what), from, what.number}},
      replies_.make([done = std::move(done)](reply&& answer) { done(outcome_of(answer)); }));
}

void outbox_carrier::change_attributes(const device_id& device, const attributes_work& what,
                                       report done) {
  const auto info = read_asker(needs_.rows, device);
  if (!info) {
    return done(failed(info.error()));
  }
  const caller who{{}, authority::tenant_administrator, info->tenant, {}};
  change asked;
  if (what.deleted.empty()) {
    asked = save_entity_attributes{who, what.of, what.saved};
  } else {
    asked = delete_entity_attributes{who, what.of, what.deleted};
  }
  needs_.apply(std::move(asked), replies_.make([done = std::move(done)](reply&& answer) {
    done(outcome_of(answer));
  }));
}

void outbox_carrier::show_related(const device_id& device, const spread_work& what, report done) {
  auto stored = needs_.rows.read_alarm(what.alarm);
  if (!stored || !*stored) {
    // One that is deleted is shown nowhere.
    return done(stored ? work_outcome(work_done{}) : failed(stored.error()));
  }
  auto related = find_related(needs_.rows, device, (*stored)->propagation.relation_types);
  if (!related || related->empty()) {
    return done(related ? work_outcome(work_done{}) : failed(related.error()));
  }
  change_alarm wanted;
  wanted.id = what.alarm;
  wanted.action = alarm_action::show;
  wanted.stored = std::make_shared<const alarm>(std::move(**stored));
  wanted.related = std::move(*related);
  needs_.send(
      {device, system_sender{}, 0, std::move(wanted)},
      replies_.make([done = std::move(done)](reply&& answer) { done(outcome_of(answer)); }));
}

void outbox_carrier::find_history(const device_id& device, const history_work& what,
                                  const report& done) {
  history_found found;
  read_history asked;
  asked.device = device;
  asked.start = what.start;
  asked.end = what.end;
  asked.agg = what.agg;
  asked.interval = what.end - what.start;
  asked.limit = what.limit;
  asked.descending = what.descending;
  for (const auto& key : what.keys) {
    asked.key = key;
    asked.from = nullptr;
    auto& points = found.points.emplace_back(key, std::vector<data_point>{}).second;
    do {
      auto page = read_history_page(needs_.rows, needs_.clock, chain_limits(), asked);
      if (!page) {
        return done(failed(page.error()));
      }
      std::move(page->points.begin(), page->points.end(), std::back_inserter(points));
      asked.from = std::move(page->more);
      asked.spent = page->spent;
    } while (asked.from);
  }
  done(std::move(found));
}

void outbox_carrier::assign(const device_id& device, const assign_work& what, report done) {
  if (!what.customer) {
    return assign_to(device, std::nullopt, std::move(done));
  }
  const auto info = needs_.rows.read_device_info(device);
  if (!info || !*info) {
    return done(info ? work_outcome(work_failed{"the device is gone"}) : failed(info.error()));
  }
  const auto found = needs_.rows.find_customer_by_title((*info)->tenant, *what.customer);
  if (!found) {
    return done(failed(found.error()));
  }
  if (*found) {
    return assign_to(device, (*found)->id, std::move(done));
  }
  if (!what.create) {
    return done(work_failed{"there is no customer \"" + *what.customer + "\""});
  }
  make_customer(device, **info, *what.customer, std::move(done));
}

void outbox_carrier::make_customer(const device_id& device, const device_info& info,
                                   const std::string& title, report done) {
  save_customer made;
  made.who = {{}, authority::tenant_administrator, info.tenant, {}};
  made.customer.title = title;
  needs_.apply(std::move(made),
               replies_.make([this, device, done = std::move(done)](reply&& answer) mutable {
                 if (const auto* now = std::get_if<customer>(&answer)) {
                   return assign_to(device, now->id, std::move(done));
                 }
                 const auto* why = std::get_if<error>(&answer);
                 // Somebody else was faster: it is there now.
                 done(why != nullptr && why->code != error_code::already_exists
                          ? failed(*why)
                          : try_again{"the customer was made by another"});
               }));
}

void outbox_carrier::assign_to(const device_id& device, std::optional<customer_id> customer,
                               report done) {
  needs_.send(
      {device, system_sender{}, 0, assign_device{customer}},
      replies_.make([done = std::move(done)](reply&& answer) { done(outcome_of(answer)); }));
}

} // namespace muster
