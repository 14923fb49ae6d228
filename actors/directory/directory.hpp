#pragma once

#include "actors/directory/blocking_replies.hpp"
#include "actors/directory/provision_cache.hpp"
#include "actors/directory/reply_calls.hpp"
#include "actors/directory/revocations.hpp"
#include "actors/model/change.hpp"
#include "actors/model/command.hpp"
#include "actors/model/reply.hpp"
#include "actors/rules/engine/rule_message.hpp"
#include "persistence/committer/committer.hpp"
#include "persistence/store/store.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace muster {

class rules_table;

/// How long a user's tokens can live: what a change of password must be remembered for.
inline constexpr milliseconds longest_token_life = 604'800'000;

/// A tenant's first profile, as every tenant has it.
device_profile default_profile(const tenant_id& tenant, timestamp now);

/// Carries out what changes the directory: checks who may, looks up what is needed, then submits;
/// what was looked up is a precondition of the write, and the audit entry is part of it. Runs on
/// threads of the reader pool, where it may block, also for the commit of what it has to make
/// first. What devices ask for (provisioning) never waits for a commit. Thread-safe.
class directory {
public:
  struct dependencies {
    persistence::store& rows;
    const clock_source& clock;
    std::function<bool(persistence::submission&&)> submit;
    /// To a device's actor.
    std::function<void(command, reply_handle)> send;
    revocations& revoked;
    rules_table& rules;
    /// Other nodes change the same rows: nothing is decided on what was read for an earlier change.
    bool shared_rows = false;
  };

  explicit directory(dependencies needs) : needs_(std::move(needs)) {}

  void carry_out(change what, reply_handle to);

  /// Carries out what needs nothing of the disk: new devices of a profile that lies in memory. Any
  /// thread, does not block. False: nothing was done, and the two are as they were.
  bool start_at_once(change& what, reply_handle& to);

private:
  using mutations = std::vector<persistence::mutation>;
  using preconditions = std::vector<persistence::precondition>;

  // devices.cpp
  void start(make_device what, reply_handle to);
  void start(change_device what, reply_handle to);
  void start(const resolve_profile& what, reply_handle to);
  result<device_profile> profile_for(const caller& who, const std::optional<profile_id>& id,
                                     const std::string& type);
  result<device_profile> profile_by_name(const caller& who, const std::string& name);
  /// `tells`: what its rule chain is told.
  void submit_device(device_info info, credentials access, mutations more, preconditions rests_on,
                     std::vector<rule_message> tells, reply with, reply_handle to);

  // device_events.cpp: what rule chains of devices are told.
  using device_messages = std::vector<std::pair<device_id, rule_message>>;
  /// Whether chains of such devices do anything with that. Reads what is not known yet.
  result<bool> hears_events(const tenant_id& tenant, const profile_id& profile);
  result<std::vector<rule_message>> told_of_new(const device_info& made, const caller* who,
                                                bool provisioned);
  /// The same of one device; of any other entity: no.
  result<bool> hears_events(const entity_ref& end);
  /// What the ends of a relation are told that are devices.
  result<void> tell_ends(std::string_view type, const relation& of, const caller& who,
                         device_messages& into);
  /// What a device is told that has no relations any more.
  result<void> tell_relations_gone(const entity_ref& of, const caller& who, device_messages& into);
  /// Whoever answers what it returns has the devices told, and then `to` is answered: success means
  /// that what became of it is durable, too.
  reply_handle after_telling(device_messages&& what, reply_handle to);
  /// Has the device look at what the directory has left it.
  void wake(const device_id& device);

  // provisioning.cpp
  void start(provision_device what, reply_handle to);
  void provision(provision_device what, const provision_target& target, reply_handle to);
  void create_provisioned(provision_device what, const provision_target& target, reply_handle to);
  void find_provisioned(const provision_device& what, const provision_target& target,
                        reply_handle to);
  result<std::shared_ptr<const provision_target>> target_of(const std::string& key, bool reread);

  // users.cpp
  void start(change_password what, reply_handle to);
  void start(const end_session& what, reply_handle to);
  void start(const note_login& what, reply_handle to);
  void start(save_user what, reply_handle to);
  void start(const delete_user& what, reply_handle to);
  void start(activate_user what, reply_handle to);
  void create_user(save_user what, reply_handle to);
  result<void> check_owner(const caller& who, user& made);
  /// Erases all that the filter holds and ends their tokens.
  result<std::vector<persistence::put_revocation>>
  erase_users(const persistence::user_list& which, mutations& into, preconditions& rests_on);

  // profiles.cpp
  void start(save_profile what, reply_handle to);
  void start(const make_default_profile& what, reply_handle to);
  void start(const delete_profile& what, reply_handle to);
  /// Checks the profile's packages, and begins the rollout of those that are new.
  result<void> assign_packages(const std::optional<device_profile>& before,
                               const device_profile& after, mutations& changes,
                               preconditions& rests_on);
  /// That the chain that the profile names is there.
  result<void> name_rule_chain(const std::optional<device_profile>& before,
                               const device_profile& after, preconditions& rests_on);
  result<device_profile> own_profile(const caller& who, const profile_id& id);

  // tenants.cpp, customers.cpp
  void start(save_tenant what, reply_handle to);
  void start(const delete_tenant& what, reply_handle to);
  void start(save_customer what, reply_handle to);
  void start(const delete_customer& what, reply_handle to);
  void start(const make_device_public& what, reply_handle to);
  result<customer> own_customer(const caller& who, const customer_id& id);
  result<customer> public_customer(const caller& who);

  // packages.cpp
  void start(save_package what, reply_handle to);
  void create_package(const caller& who, const tenant_id& tenant, package_info made,
                      reply_handle to);
  void start(const put_package_content& what, reply_handle to);
  void start(const delete_package& what, reply_handle to);
  result<package_info> own_package(const caller& who, const package_id& id);
  /// That the package can be given to devices of the profile; nullopt for none.
  result<std::optional<package_info>> assignable(const std::optional<package_id>& id,
                                                 package_type type, const tenant_id& tenant,
                                                 const profile_id& profile);
  /// What a device with these packages of its own should run.
  result<target_packages> targets_of(const std::optional<package_id>& firmware,
                                     const std::optional<package_id>& software,
                                     const device_profile& profile);

  // rule_chains.cpp
  void start(save_rule_chain what, reply_handle to);
  void start(save_rule_graph what, reply_handle to);
  void start(const make_root_rule_chain& what, reply_handle to);
  void start(const make_default_rule_chain& what, reply_handle to);
  void start(const delete_rule_chain& what, reply_handle to);
  result<rule_chain> own_rule_chain(const caller& who, const rule_chain_id& id);
  /// That a chain is not entered again out of itself, as it would be with the changed ones; what
  /// was looked at must be the same at the write.
  result<void> check_chains(const std::vector<rule_chain>& changed, preconditions& rests_on);
  /// The chains that call the changed one follow the new names of its outputs.
  result<void> follow_labels(const caller& who, const rule_chain& before, const rule_chain& after,
                             mutations& changes, preconditions& rests_on);

  // alarms.cpp
  void start(edit_alarm what, reply_handle to);
  void start(const act_on_alarm& what, reply_handle to);
  void start(say_of_alarm what, reply_handle to);
  void start(const take_back_comment& what, reply_handle to);
  /// Who can have the alarm: of its tenant, and if of a customer of its.
  result<user> assignee_of(const std::optional<customer_id>& customer, const caller& who,
                           const user_id& id);
  result<alarm_comment> own_comment(const caller& who, const alarm_id& alarm,
                                    const alarm_comment_id& id);
  void send(const caller& who, const device_id& device, command_body body, reply_handle to);

  // rule_chain_files.cpp
  void start(import_rule_chains what, reply_handle to);

  // rule_events.cpp
  void start(const clear_rule_events& what, reply_handle to);

  // relations.cpp
  void start(save_relation what, reply_handle to);
  void start(const delete_relation& what, reply_handle to);
  void start(const delete_relations_of& what, reply_handle to);
  void start(save_entity_attributes what, reply_handle to);
  void start(const delete_entity_attributes& what, reply_handle to);
  /// The name of an entity of the administered tenant, else not_found.
  result<std::string> own_entity(const caller& who, const entity_ref& entity);

  timestamp now() const { return needs_.clock.now().wall; }
  persistence::mutation audit(const caller& who, audit_action action, entity_type kind,
                              const uuid& id, const std::string& name,
                              json_text data = {"null"}) const;
  /// Answers `with` once durable; does not wait for it.
  void submit(persistence::write what, reply with, reply_handle to);
  void submit(mutations changes, preconditions rests_on, reply with, reply_handle to);
  /// Waits until durable.
  result<void> commit(mutations changes, preconditions rests_on);
  /// Waits until durable, then ends the tokens.
  result<void> commit_and_revoke(mutations changes, preconditions rests_on,
                                 const std::vector<persistence::put_revocation>& ended);

  dependencies needs_;
  provision_cache provisioning_;
  blocking_replies waited_for_;
  reply_calls calls_;
};

} // namespace muster
