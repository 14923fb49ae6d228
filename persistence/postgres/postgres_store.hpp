#pragma once

#include "actors/model/time.hpp"
#include "persistence/store/store.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace muster::persistence {

struct postgres_options {
  /// libpq's connection string; several hosts may be named.
  std::string dsn;
  /// A database without a synchronous standby will do.
  bool unsafe_single_copy = false;
  /// As in rocksdb_options; seconds, 0: for ever.
  std::int64_t retention_seconds = 0;
  std::int64_t rpc_retention_seconds = 7 * 24 * 3600;
  std::int64_t audit_retention_seconds = 90 * 24 * 3600;
  std::int64_t rule_event_retention_seconds = 7 * 24 * 3600;
  /// Sessions for reads, opened as they are needed.
  std::size_t read_sessions = 8;
  /// How long one round trip to the database may take before its session is given up.
  milliseconds answer_timeout = 2'000;
  /// A thread looks after the database once a second: partitions, what has expired, lost sessions.
  bool keeper_thread = true;
};

/// What changed in the database, so that caches drop it.
struct change_note {
  enum class kind : std::uint8_t {
    /// Credentials of a device, or the device itself, were changed or removed.
    device = 0,
    profile = 1,
    tenant = 2,
    customer = 3,
    user = 4,
    package = 5,
    /// Tokens of a user or session were revoked.
    revocation = 6,
    setting = 7,
    rule_chain = 8,
    /// An attribute of a customer or tenant.
    entity_attribute = 9
  };
  kind what = kind::device;
  /// Of what was changed; zeros for settings.
  uuid id;

  friend bool operator==(const change_note&, const change_note&) = default;
};

struct change_notes {
  /// Those since the position asked for, some perhaps twice.
  std::vector<change_note> notes;
  /// Where to go on.
  std::uint64_t next = 0;
};

/// The store of a cluster's node: one PostgreSQL for all nodes. Every write of a device commits
/// only together with the proof that the shard's row still has our epoch and the sequence that our
/// last commit left; what that means is in README.md. Writes of epoch 0 make a device that nobody
/// knows yet and are not fenced, but refused with already_exists when the device is there.
class postgres_store : public store {
public:
  /// Makes or migrates the schema. Refused, with a message for people: what `connection` refuses,
  /// a schema newer than this program, another number of shards. The clock outlives the store.
  static result<std::unique_ptr<postgres_store>> open(const postgres_options& options,
                                                      const clock_source& clock);

  /// This node has taken the shard over: its row had this epoch and sequence. Before that and after
  /// `disown`, writes of the shard are stale and its devices cannot be read. All thread-safe.
  virtual void own(shard_id shard, shard_epoch epoch, std::uint64_t sequence) = 0;
  virtual void disown(shard_id shard) = 0;

  /// As read_device, of some hundred devices by one round trip.
  virtual std::vector<result<std::optional<device_rows>>>
  read_devices(std::span<const device_id> devices) = 0;

  /// The session of the renewals is on this server now (connection::server): sessions with another
  /// one are closed before they are used again.
  virtual void use_server(const std::string& server) = 0;

  /// As find_token, of some hundred tokens by one round trip.
  virtual std::vector<result<std::optional<token_owner>>>
  find_tokens(std::span<const std::string> tokens) = 0;

  /// The revocations of these users and sessions.
  virtual result<std::vector<put_revocation>> find_revocations(std::span<const uuid> subjects) = 0;

  /// Changes committed since a position; 0: none, only where to begin.
  virtual result<change_notes> read_changes(std::uint64_t since) = 0;

  /// Does once what the keeper's thread does; for tests that have none.
  virtual void tend() = 0;
};

} // namespace muster::persistence
