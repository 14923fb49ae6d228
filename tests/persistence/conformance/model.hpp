#pragma once

#include "persistence/store/store.hpp"

#include <map>
#include <set>

namespace muster::test {

/// One RPC as the model knows it.
struct model_rpc {
  rpc_record record;
  bool open = true;
  timestamp ended = 0;
};

struct model_device {
  persistence::device_rows rows;
  std::map<std::pair<timestamp, std::uint64_t>, persistence::append_history> history;
  std::map<rpc_id, model_rpc> rpcs;
};

/// What a store must answer, said in the plainest way: everything in maps, every question answered
/// by looking at all of it. Holds only devices that exist; their rows are written after
/// their put_device.
class model {
public:
  static constexpr std::int64_t retention_seconds = 3'600;
  static constexpr std::int64_t rpc_retention_seconds = 600;

  std::map<device_id, model_device> devices;
  std::map<user_id, user> users;
  std::map<tenant_id, tenant> tenants;
  std::map<customer_id, customer> customers;
  std::map<profile_id, device_profile> profiles;
  std::map<tenant_id, profile_id> default_profiles;
  std::map<uuid, persistence::put_revocation> revocations;
  std::map<std::string, std::string> settings;

  persistence::write_outcome apply(const persistence::write& change, timestamp now);

  persistence::device_rows rows(const device_id& device) const;
  std::vector<device_info> list(const tenant_id& tenant, const std::optional<customer_id>& customer,
                                const std::optional<std::string>& type,
                                const page_link& link) const;
  std::vector<persistence::append_history> history(const persistence::history_scan& range,
                                                   timestamp now) const;
  std::vector<rpc_record> rpcs(const device_id& device, const std::optional<rpc_status>& status,
                               timestamp now) const;
  std::vector<persistence::due_entry> due(shard_id shard, timestamp until) const;

  bool name_taken(const tenant_id& tenant, const std::string& name) const;
  bool token_taken(const std::string& token) const;
  bool email_taken(const std::string& lower_email) const;
  bool profile_taken(const tenant_id& tenant, const std::string& name) const;

private:
  bool holds(const persistence::precondition& condition) const;
  void change(const device_id& device, const persistence::mutation& what, timestamp now);
};

/// Names in the tests use these letters only: "A", "B" and "É" have lower-case forms.
std::string lower(std::string text);

} // namespace muster::test
