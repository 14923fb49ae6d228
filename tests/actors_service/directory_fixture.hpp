#pragma once

#include "actors/directory/directory.hpp"
#include "actors/queries/queries.hpp"
#include "actors/rules/rules_table.hpp"
#include "actors/rules/scripts/script_engine.hpp"
#include "persistence/memory/memory_store.hpp"
#include "tests/actors_service/hand_clock.hpp"
#include "tests/catch.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace muster {

class deaf final : public persistence::commit_listener {
public:
  void committed(std::span<const persistence::commit_report>) noexcept override {}
};

/// A directory over a store with one tenant, its default profile and its administrator. Commands to
/// devices are kept; what waits for their answer is told of a lost command.
class directory_fixture {
public:
  directory_fixture() {
    tenant_row.id = tenant;
    tenant_row.title = "Tenant";
    administrator.id = user_id{random_uuid()};
    administrator.tenant = tenant;
    administrator.email = "a@b.c";
    who = {administrator.id,   authority::tenant_administrator, tenant, std::nullopt, "192.0.2.1",
           administrator.email};
    persistence::write made;
    made.epoch = persistence::first_epoch;
    made.mutations = {persistence::put_tenant{std::nullopt, tenant_row},
                      persistence::put_profile{std::nullopt, standard},
                      persistence::put_user{std::nullopt, administrator}};
    store->commit({&made, 1});
  }

  reply apply(change what) {
    auto [handle, ticket] = replies.make();
    changes.carry_out(std::move(what), std::move(handle));
    return ticket.wait();
  }
  /// The change must succeed.
  template <class Reply>
  Reply done_as(change what) {
    reply answered = apply(std::move(what));
    if (const auto* failure = std::get_if<error>(&answered)) {
      FAIL("refused: " << failure->message);
    }
    return std::get<Reply>(std::move(answered));
  }
  /// The change must be refused.
  error refused(change what) { return std::get<error>(apply(std::move(what))); }

  reply ask(query what) { return answer(*store, clock, what); }

  make_device request(std::string type, std::string name = "thing") const {
    make_device what;
    what.who = who;
    what.info.name = std::move(name);
    what.info.type = std::move(type);
    return what;
  }
  persistence::device_rows rows_of(const device_id& device) {
    return store->read_device(device).value().value();
  }
  device_profile made_profile(const std::string& name) {
    save_profile what{who, {}, std::nullopt};
    what.profile.name = name;
    return done_as<device_profile>(what);
  }
  customer made_customer(const std::string& title) {
    save_customer what{who, {}, std::nullopt};
    what.customer.title = title;
    return done_as<customer>(what);
  }
  user made_user(const std::string& email, const customer_id& of) {
    save_user what{who, {}, std::nullopt};
    what.user.email = email;
    what.user.role = authority::customer_user;
    what.user.customer = of;
    return done_as<user>(what);
  }
  /// With content unless told otherwise.
  package_info made_package(const std::string& title, package_type type = package_type::firmware,
                            bool with_content = true) {
    save_package what{who, {}, std::nullopt};
    what.package.title = title;
    what.package.release = "1.0";
    what.package.type = type;
    auto made = done_as<package_info>(what);
    if (!with_content) {
      return made;
    }
    put_package_content content;
    content.who = who;
    content.id = made.id;
    content.file_name = "a.bin";
    content.content_type = "application/octet-stream";
    content.checksum = "00";
    content.content.fill(7);
    content.size = 3;
    return done_as<package_info>(content);
  }
  caller system() const {
    return {user_id{random_uuid()},
            authority::system_administrator,
            std::nullopt,
            std::nullopt,
            "192.0.2.2",
            "sysadmin@thingsboard.org"};
  }
  caller of_customer(const user& one) const {
    return {one.id, one.role, one.tenant, one.customer, "192.0.2.3", one.email};
  }
  /// The administrator of another tenant.
  caller foreign() {
    save_tenant what{system(), {}, std::nullopt};
    what.tenant.title = "Other " + to_string(random_uuid());
    const auto other = done_as<muster::tenant>(what);
    return {
        user_id{random_uuid()}, authority::tenant_administrator, other.id, std::nullopt, {}, {}};
  }
  /// Entries of that action, in no order.
  std::vector<audit_entry> audit(audit_action action) {
    persistence::audit_list all;
    all.end = clock.now().wall + 1;
    page_link link;
    link.size = 100;
    auto entries = store->list_audit(all, link).value().data;
    std::erase_if(entries, [&](const audit_entry& one) { return one.action != action; });
    return entries;
  }

  hand_clock clock;
  tenant_id tenant{random_uuid()};
  muster::tenant tenant_row;
  device_profile standard = default_profile(tenant, 1);
  user administrator;
  caller who;
  std::unique_ptr<persistence::memory_store> store = persistence::make_memory_store(clock);
  revocations revoked;
  script_engine scripts;
  rules_table rules{*store, scripts};
  std::optional<command> sent;
  /// Devices do what they are sent; else they cannot be reached.
  bool takes_commands = false;
  blocking_replies replies;
  deaf listener;
  persistence::committer commits{*store, listener, {}};
  directory changes{
      {*store, clock,
       [this](persistence::submission&& what) { return commits.submit(std::move(what)); },
       [this](command what, reply_handle to) {
         sent = std::move(what);
         if (takes_commands) {
           to.answer(done{});
         }
       },
       revoked, rules}};
};

inline error_code code_of(const reply& what) {
  return std::get<error>(what).code;
}

} // namespace muster
