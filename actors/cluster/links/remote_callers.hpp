#pragma once

#include "actors/cluster/links/transport.hpp"
#include "actors/model/command.hpp"
#include "actors/model/reply.hpp"

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace muster {

/// An encoded reply on its way back.
struct outgoing_reply {
  std::uint64_t call = 0;
  std::string bytes;
};

/// The edge of commands that other nodes have sent here: makes their reply handles, and sends the
/// replies back to where the commands came from. Polls of different nodes may have equal names, so
/// here they get others, above all that this node's own edges give; and whatever a node that is
/// gone had parked is reported lost. Outlives every handle that names it. Thread-safe.
class remote_callers final : public reply_sink {
public:
  struct dependencies {
    /// The registry's: this node owns the device or says wrong_owner.
    std::function<void(command, reply_handle)> serve;
    std::function<void(const poll_report&)> report;
    /// Takes the replies of one session; those of one that is over are dropped.
    std::function<void(session_id, std::vector<outgoing_reply>)> send_back;
  };

  explicit remote_callers(dependencies needs) : needs_(std::move(needs)) {}

  void opened(session_id session);
  /// A command of that session. What can't be read is answered by an internal error.
  void call(session_id session, std::uint64_t call, std::string_view encoded, instant now);
  void report(session_id session, std::string_view encoded);
  void closed(session_id session);

  void push(std::vector<completion> batch) noexcept override;

private:
  /// Names a poll by session and the sender's name for it.
  using poll_key = std::pair<session_id, poll_id>;
  struct parked_poll {
    poll_key key;
    poll_id ours{};
    device_id device;
    bool answered = false;
    /// Reported lost by its node, or with its node.
    bool lost = false;
  };

  bool park(session_id session, std::uint64_t call, command& what);
  std::vector<poll_report> settle_polls(const std::vector<completion>& batch);
  void report_all(const std::vector<poll_report>& reports);

  dependencies needs_;
  std::mutex lock_;
  std::set<session_id> open_;
  /// By session and call.
  std::map<std::pair<session_id, std::uint64_t>, parked_poll> polls_;
  std::map<poll_key, std::uint64_t> calls_of_polls_;
  std::uint64_t next_poll_ = 0;
};

} // namespace muster
