#pragma once

#include "actors/inspection/edge_view.hpp"
#include "actors/inspection/refusals.hpp"
#include "actors/inspection/shown_option.hpp"
#include "actors/model/change.hpp"
#include "actors/model/command.hpp"
#include "actors/model/query.hpp"
#include "actors/model/reply.hpp"
#include "actors/model/time.hpp"
#include "actors/rules/rules_entry.hpp"
#include "actors/service/cluster_status.hpp"
#include "actors/service/options.hpp"
#include "actors/service/package_files.hpp"
#include "actors/service/status.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

/// Which device a token belongs to. A hint: the device's actor compares the version.
struct token_owner {
  device_id device;
  std::uint32_t credentials_version = 0;
  /// What its profile and its tenant say; lives as long as the service. Null: nothing is said.
  const rules_entry* rules = nullptr;
  /// Only an access token may be shown as one: the ids of the others are no secrets.
  credentials_type type = credentials_type::access_token;
};

/// All that lies below http/: device actors, directory, store. Made by the node once. Every member
/// may be called by any thread and none blocks on the disk; what needs the disk is done elsewhere
/// and answered through the handle.
class service {
public:
  /// Opens the data folder (creates it, or refuses it with a clear message: in use by another
  /// process, newer format, other shard count) and makes what it lacks: the key that signs
  /// tokens and with `options.demo` the demo data and its administrator. Blocks; called once at
  /// start.
  static result<std::unique_ptr<service>> open(const service_options& options,
                                               const clock_source& clock);

  /// Ends actors, commits what is queued, closes the store.
  virtual ~service() = default;

  /// Owner of a device's access token if the bounded cache knows it.
  virtual std::optional<token_owner> cached_token(std::string_view token) = 0;

  /// Looks a token up in the store; `found` is called on another thread: nullopt for an unknown
  /// one, overloaded when the queue of reads is full.
  virtual void find_token(std::string token,
                          std::function<void(result<std::optional<token_owner>>)> found) = 0;

  /// To the device's actor; answered through `to`.
  virtual void send(command what, reply_handle to) = 0;

  /// What became of a poll or of an answer to one. Never refused: bounded by the polls there are.
  virtual void report(const poll_report& what) = 0;

  /// To the reader pool; answered through `to`.
  virtual void ask(query what, reply_handle to) = 0;

  /// To the committer, after the look-ups it needs; answered through `to`.
  virtual void apply(change what, reply_handle to) = 0;

  /// The packages' bytes.
  virtual package_files& packages() = 0;

  /// False when the user's or the session's tokens issued at that time have been revoked; nullopt:
  /// only the store can say. A look in memory.
  virtual std::optional<bool> token_valid(const user_id& user, const uuid& session,
                                          timestamp issued) const = 0;
  /// Asks the store, since another node may have revoked them just now; `found` is called once, on
  /// any thread.
  virtual void check_token(const user_id& user, const uuid& session, timestamp issued,
                           std::function<void(result<bool> valid)> found) = 0;

  /// The key that signs the application API's tokens: made at the first start, kept in the store.
  virtual const std::string& signing_key() const = 0;

  /// Makes the administrator unless there is one, and returns his random password, else nothing:
  /// for the node to call when all else has succeeded, as the password cannot be told again. Blocks
  /// on the disk; before anything is served.
  virtual result<std::string> make_administrator() = 0;

  virtual service_status status() const = 0;

  /// What the edge has refused to devices, for operators who ask why one is silent.
  virtual refusals& refused() = 0;
  /// The options that the node runs with, for operators; once, before anything is asked.
  virtual void show_options(std::vector<shown_option> all) = 0;
  /// What tells operators of the HTTP edge; once, when that is about to start. Outlives the
  /// service.
  virtual void show_edge(const edge_view& shown) = 0;

  /// Who serves which devices: of a single node, itself. Does not block.
  virtual cluster_status cluster() const = 0;

  /// `then` is called once, on a thread of the service, when the cluster has declared this node
  /// dead: nothing is served any more, and the process should start anew. A single node never calls
  /// it.
  virtual void on_expelled(std::function<void(const std::string& why)> then) = 0;

  /// A node of a cluster gives its shards to the others and routes on meanwhile; blocks until that
  /// is done, or some seconds. A single node returns at once.
  virtual void hand_over() = 0;

  /// From now on new commands are answered shutting_down; what runs goes on.
  virtual void begin_shutdown() = 0;
};

} // namespace muster
