#include "actors/directory/directory.hpp"

#include <utility>

namespace muster {

device_profile default_profile(const tenant_id& tenant, timestamp now) {
  device_profile made;
  made.id = profile_id{random_uuid()};
  made.created = now;
  made.tenant = tenant;
  made.name = "default";
  made.description = "Default device profile";
  made.is_default = true;
  return made;
}

void directory::carry_out(change what, reply_handle to) {
  std::visit([&](auto& one) { start(std::move(one), std::move(to)); }, what);
}

persistence::mutation directory::audit(const caller& who, audit_action action, entity_type kind,
                                       const uuid& id, const std::string& name,
                                       json_text data) const {
  audit_entry entry;
  entry.created = now();
  entry.id = ordered_uuid(entry.created);
  entry.tenant = who.tenant;
  entry.customer = who.customer;
  entry.kind = kind;
  entry.entity = id;
  entry.entity_name = name;
  entry.user = who.user;
  entry.user_name = who.email;
  entry.address = who.address;
  entry.action = action;
  entry.data = std::move(data);
  return persistence::put_audit{std::move(entry)};
}

void directory::submit(persistence::write what, reply with, reply_handle to) {
  persistence::submission one;
  one.changes = std::move(what);
  // The only device's rows that the directory writes are those of a new one.
  one.changes.epoch = one.changes.device ? persistence::new_device_epoch : persistence::first_epoch;
  one.replies.push_back({std::move(to), std::move(with)});
  if (!needs_.submit(std::move(one))) {
    one.replies.front().to.answer(error{error_code::overloaded, {}});
  }
}

void directory::submit(mutations changes, preconditions rests_on, reply with, reply_handle to) {
  persistence::write what;
  what.mutations = std::move(changes);
  what.preconditions = std::move(rests_on);
  submit(std::move(what), std::move(with), std::move(to));
}

result<void> directory::commit(mutations changes, preconditions rests_on) {
  auto [handle, ticket] = waited_for_.make();
  submit(std::move(changes), std::move(rests_on), done{}, std::move(handle));
  const reply outcome = ticket.wait();
  if (const auto* failure = std::get_if<error>(&outcome)) {
    return tl::unexpected(*failure);
  }
  return {};
}

result<void> directory::commit_and_revoke(mutations changes, preconditions rests_on,
                                          const std::vector<persistence::put_revocation>& ended) {
  changes.insert(changes.end(), ended.begin(), ended.end());
  auto saved = commit(std::move(changes), std::move(rests_on));
  if (saved) {
    for (const auto& one : ended) {
      needs_.revoked.add(one);
    }
  }
  return saved;
}

} // namespace muster
