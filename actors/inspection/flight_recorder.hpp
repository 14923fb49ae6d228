#pragma once

#include "actors/model/command.hpp"
#include "actors/model/error.hpp"
#include "actors/model/shard.hpp"
#include "actors/model/time.hpp"
#include "actors/model/uuid.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace muster {

/// What has happened.
enum class recorded : std::uint8_t {
  /// A device's actor carries a command out.
  command,
  /// Something was refused before an actor saw it, or by the store afterwards.
  refused,
  /// A commit of the device failed.
  commit_failed,
  /// The device's actor met an exception.
  exception,
  /// What the actor held was dropped, to be read anew.
  dropped,
  quarantined,
  /// The shard is served from now on, is handed over, or is not ours any more.
  opened,
  draining,
  closed,
  /// A batch of changes was committed.
  commit,
};

struct recorded_event {
  /// Of its shard, from 1; 0: there is none.
  std::uint64_t number = 0;
  /// Wall time.
  timestamp at = 0;
  recorded what = recorded::command;
  /// Absent: of the node.
  std::optional<shard_id> shard;
  /// Nil: of none.
  device_id device;
  /// Of a command: its kind, as `command_name` knows it, and whose it is, as `command_sender`.
  std::uint8_t kind = 0;
  std::uint8_t sender = 0;
  /// Of a command: it is in hand still.
  bool under_way = false;
  std::optional<error_code> refusal;
  /// Rows of a command, changes of a commit.
  std::uint32_t count = 0;
  /// The shard's epoch, or the commit's number.
  std::uint64_t detail = 0;
};

/// The last events of each shard, in a fixed piece of memory, for whoever asks what happened before
/// something failed: an operator, or what is left of a crashed process. Thread-safe: each member is
/// a few stores, none waits or allocates. Names no secrets.
class flight_recorder {
public:
  static constexpr std::size_t of_shard = 16;
  static constexpr std::size_t of_node = 128;

  /// A command that is in hand; of the recorder that gave it.
  struct mark {
    std::size_t place = 0;
    std::uint64_t number = 0;
  };

  flight_recorder() = default;
  flight_recorder(const flight_recorder&) = delete;
  flight_recorder& operator=(const flight_recorder&) = delete;

  /// An actor begins with a command; `kind` and `sender` as in `recorded_event`.
  mark begin(shard_id shard, const device_id& device, std::size_t kind, std::size_t sender,
             timestamp now) noexcept;
  /// What became of it. One that others have been written over by then is left alone.
  void end(const mark& what, std::optional<error_code> refusal, std::size_t rows) noexcept;
  /// Something else of a device.
  void note(recorded what, shard_id shard, const device_id& device, timestamp now,
            std::optional<error_code> refusal = {}) noexcept;
  /// Of a shard.
  void note(recorded what, shard_id shard, std::uint64_t epoch, timestamp now) noexcept;
  void commit(std::uint64_t number, std::size_t changes, bool failed, timestamp now) noexcept;

  /// Places for events: most of them at most once full.
  static constexpr std::size_t places = of_shard * shard_count + of_node;
  /// The event at that place, number 0: there is none, or it is just being written. Allocates
  /// nothing and may be called in a signal's handler.
  recorded_event at(std::size_t place) const noexcept;

private:
  /// Of one cache line: number, time, device (two), what it is, outcome, detail.
  struct alignas(64) entry {
    std::array<std::atomic<std::uint64_t>, 7> words{};
  };
  struct alignas(64) ring {
    std::atomic<std::uint64_t> written{0};
  };

  struct content {
    recorded what = recorded::command;
    device_id device;
    std::size_t kind = 0;
    std::size_t sender = 0;
    std::uint64_t outcome = 0;
    std::uint64_t detail = 0;
  };

  mark write(std::size_t of, const content& what, timestamp now) noexcept;

  std::array<ring, shard_count + 1> rings_;
  std::array<entry, places> entries_;
};

} // namespace muster
