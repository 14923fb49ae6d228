#pragma once

#include "actors/directory/blocking_replies.hpp"
#include "actors/directory/revocations.hpp"
#include "actors/model/change.hpp"
#include "actors/model/command.hpp"
#include "actors/model/reply.hpp"
#include "persistence/committer/committer.hpp"
#include "persistence/store/store.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace muster {

/// How long a user's tokens can live: what a change of password must be remembered for.
inline constexpr milliseconds longest_token_life = 604'800'000;

/// A tenant's first profile, as every tenant has it.
device_profile default_profile(const tenant_id& tenant, timestamp now);

/// Carries out what changes the directory: looks up what is needed, then submits. Runs on threads
/// of the reader pool, where it may block, also for the commit of a profile it had to make.
/// Thread-safe.
class directory {
public:
  struct dependencies {
    persistence::store& rows;
    const clock_source& clock;
    std::function<bool(persistence::submission&&)> submit;
    /// To a device's actor.
    std::function<void(command, reply_handle)> send;
    revocations& revoked;
  };

  explicit directory(dependencies needs) : needs_(std::move(needs)) {}

  void carry_out(change what, reply_handle to);

private:
  void start(make_device what, reply_handle to);
  void start(change_password what, reply_handle to);
  void start(const end_session& what, reply_handle to);
  void start(const resolve_profile& what, reply_handle to);
  template <class Other>
  void start(const Other&, reply_handle to) {
    to.answer(error{error_code::internal, "Not there yet"});
  }

  result<device_profile> profile_for(const caller& who, const std::optional<profile_id>& id,
                                     const std::string& type);
  result<device_profile> profile_by_id(const tenant_id& tenant, const profile_id& id);
  result<device_profile> profile_by_name(const tenant_id& tenant, const std::string& name);
  result<void> commit(std::vector<persistence::mutation> mutations,
                      std::vector<persistence::precondition> preconditions);

  dependencies needs_;
  blocking_replies waited_for_;
};

} // namespace muster
