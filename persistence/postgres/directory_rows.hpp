#pragma once

#include "persistence/postgres/connection.hpp"
#include "persistence/postgres/postgres_store.hpp"
#include "persistence/postgres/relation_rows.hpp"
#include "persistence/postgres/rule_event_rows.hpp"
#include "persistence/postgres/statements.hpp"
#include "persistence/postgres/unique_keys.hpp"
#include "persistence/store/mutation.hpp"
#include "persistence/store/precondition.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace muster::persistence::postgres {

/// The directory's share of batch_rows: devices, credentials, entities, and the notes that tell
/// other nodes' caches of changes.
class directory_rows {
public:
  explicit directory_rows(connection& to) : to_(to) {}

  /// Whether the mutation takes a unique name or token that is given up by what is queued here: it
  /// then needs statements behind these.
  template <class Mutation>
  bool must_wait(const Mutation& row) const {
    if constexpr (requires { keys_of(row.now); }) {
      return !freed_.empty() && std::ranges::any_of(keys_of(row.now), [&](const auto& key) {
        return freed_.contains(key);
      });
    }
    return false;
  }

  /// A put of this setting follows that must be the first.
  void expect_free(const setting_free& what) { fresh_settings_.insert(what.name); }
  void add(const put_device& row);
  void add(const put_credentials& row);
  /// The device's own row and credentials go with the rest of it: batch_rows.
  void add(const erase_device& row) {
    note(change_note::kind::device, row.info.id.value);
    relations_.erase_all_of({entity_type::device, row.info.id.value});
  }
  void add(const put_user& row) { put(users_, row, change_note::kind::user); }
  void add(const put_tenant& row) { put(tenants_, row, change_note::kind::tenant); }
  void add(const put_customer& row) { put(customers_, row, change_note::kind::customer); }
  void add(const put_package& row) { put(packages_, row, change_note::kind::package); }
  void add(const put_profile& row);
  void add(const put_rule_chain& row);
  void add(const erase_user& row) { erase(users_, row, change_note::kind::user); }
  void add(const erase_tenant& row) {
    erase(tenants_, row, change_note::kind::tenant);
    relations_.erase_all_of({entity_type::tenant, row.old.id.value});
  }
  void add(const erase_customer& row) {
    erase(customers_, row, change_note::kind::customer);
    relations_.erase_all_of({entity_type::customer, row.old.id.value});
  }
  void add(const erase_package& row) { erase(packages_, row, change_note::kind::package); }
  void add(const erase_profile& row);
  void add(const erase_rule_chain& row) { erase(rule_chains_, row, change_note::kind::rule_chain); }
  void add(const put_relation& row) { relations_.add(row); }
  void add(const erase_relation& row) { relations_.add(row); }
  void add(const put_entity_attribute& row) {
    relations_.add(row);
    note(change_note::kind::entity_attribute, row.entity.id);
  }
  void add(const erase_entity_attribute& row) {
    relations_.add(row);
    note(change_note::kind::entity_attribute, row.entity.id);
  }
  void add(const put_audit& row) { audit_.put[row.entry.id] = &row.entry; }
  void add(const put_rule_event& row) { events_.add(row); }
  void add(const erase_rule_events& row) { events_.add(row); }
  void add(const put_job& row) { jobs_.put[row.now.id] = &row.now; }
  void add(const erase_job& row) { jobs_.erase(row.id); }
  void add(const put_revocation& row);
  void add(const put_setting& row);

  void queue();

private:
  /// What is to be done with one table: first what goes, then what is put.
  template <class Id, class Row>
  struct table_rows {
    std::set<Id> gone;
    std::map<Id, const Row*> put;
    /// Those that must not be there yet: if another node was first, the statement fails.
    std::set<Id> fresh;

    void erase(const Id& id) {
      gone.insert(id);
      put.erase(id);
      fresh.erase(id);
    }
  };

  template <class Put>
  void free_keys(const Put& row) {
    for (auto& key : keys_freed(row)) {
      freed_.insert(std::move(key));
    }
  }
  template <class Id, class Row, class Put>
  void put(table_rows<Id, Row>& into, const Put& row, change_note::kind kind) {
    free_keys(row);
    into.put[row.now.id] = &row.now;
    if (row.old) {
      note(kind, row.now.id.value);
    } else {
      into.fresh.insert(row.now.id);
    }
  }
  template <class Id, class Row, class Erase>
  void erase(table_rows<Id, Row>& from, const Erase& row, change_note::kind kind) {
    from.erase(row.old.id);
    note(kind, row.old.id.value);
  }
  template <class Id, class Row>
  void queue_erased(table_rows<Id, Row>& all);
  template <class Id, class Row>
  void queue_put(table_rows<Id, Row>& all);
  void queue_rule_chains();
  void queue_devices();
  void queue_settings();
  void queue_defaults();
  void queue_notes();
  void note(change_note::kind kind, const uuid& id) {
    if (notes_.empty() || notes_.back() != std::pair(kind, id)) {
      notes_.emplace_back(kind, id);
    }
  }

  connection& to_;
  table_rows<device_id, device_info> devices_;
  std::map<device_id, const put_credentials*> credentials_;
  table_rows<user_id, user> users_;
  table_rows<tenant_id, tenant> tenants_;
  table_rows<customer_id, customer> customers_;
  table_rows<profile_id, device_profile> profiles_;
  table_rows<package_id, package_info> packages_;
  table_rows<rule_chain_id, rule_chain> rule_chains_;
  relation_rows relations_;
  table_rows<uuid, audit_entry> audit_;
  rule_event_rows events_;
  table_rows<uuid, job> jobs_;
  table_rows<uuid, put_revocation> revocations_;
  std::map<std::string, const put_setting*> settings_;
  std::set<std::string> fresh_settings_;
  /// In order: who becomes the tenant's default, or (false) is it no more.
  std::vector<std::pair<const device_profile*, bool>> defaults_;
  std::vector<std::pair<change_note::kind, uuid>> notes_;
  /// Unique keys that rows queued here give up.
  std::unordered_set<std::string> freed_;
};

} // namespace muster::persistence::postgres
