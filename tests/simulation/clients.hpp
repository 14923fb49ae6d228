#pragma once

#include "tests/simulation/node.hpp"
#include "tests/support/history/register_history.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace muster::test {

/// The nodes' lives as they are now, by machine; null: none runs there.
using nodes = std::vector<std::unique_ptr<node>>;

/// An attribute of a device and what clients saw of it.
struct client_register {
  device_id device;
  attribute_scope scope = attribute_scope::server;
  std::vector<register_operation> history;
};

/// A message of a device.
struct sent_message {
  device_id device;
  std::int64_t value = 0;
  bool acknowledged = false;
};

/// Devices and applications that write and read attributes, send telemetry, poll and call RPCs,
/// each through whichever node it comes upon, and what they saw.
class clients {
public:
  clients(world& in, database& common, requests& asked, nodes& all);

  void start();
  /// Begins nothing new.
  void stop() { stopped_ = true; }
  /// Every register once more, by every node.
  void read_all();

  /// Compares what clients saw with what may be, and with what the database has.
  void check();

  std::uint64_t writes = 0;
  std::uint64_t reads = 0;
  /// Calls of devices that were answered by them.
  std::uint64_t answered_calls = 0;
  /// Writes whose outcome the client was not told.
  std::uint64_t unknown = 0;

private:
  using answer = std::function<void(const reply*)>;

  void make_devices();
  void act();
  void ask_everybody();
  void again(milliseconds least, milliseconds most, std::function<void()> what);
  node* any_node();
  /// Through that node; nothing of it is known any more when `then` gets null.
  void send(node& by, const device_id& device, command_sender who, command_body body,
            milliseconds answered_within, answer then);
  void write(client_register& to, node& by, const std::function<void()>& then);
  void read(client_register& from, node& by, const std::function<void()>& then);
  void say(const device_id& device, node& by, const std::function<void()>& then);
  void call(const device_id& device, node& by, const std::function<void()>& then);
  void poll_changes(client_register& of);
  void poll_calls(const device_id& device);
  void answer_call(const device_id& device, const rpc_delivery& what);
  /// Sends a poll, tells its node what becomes of its answer, and polls again.
  void poll(const device_id& device, std::function<command_body(poll_id, milliseconds)> body,
            std::function<void(const reply&)> got, std::function<void()> again_later);
  void check_messages();

  world& world_;
  database& common_;
  requests& asked_;
  nodes& nodes_;
  bool stopped_ = false;
  std::vector<device_id> devices_;
  /// Their addresses stay.
  std::vector<std::unique_ptr<client_register>> registers_;
  std::vector<sent_message> messages_;
  /// What came to a device under which number.
  std::map<std::pair<device_id, rpc_number>, std::string> delivered_;
  std::int64_t last_value_ = 0;
  std::uint64_t last_poll_ = 0;
};

} // namespace muster::test
