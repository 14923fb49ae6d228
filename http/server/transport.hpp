#pragma once

#include "http/server/connection.hpp"
#include "http/server/counters.hpp"
#include "http/server/shared_state.hpp"
#include "http/server/work_queue.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

namespace Pistache::Aio {
class Reactor;
}

namespace muster::http {

/// A number that one thread changes and any may read.
class counter {
public:
  void add(std::uint64_t by = 1) {
    value_.store(value_.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
  }
  void subtract(std::uint64_t by = 1) {
    value_.store(value_.load(std::memory_order_relaxed) - by, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t read() const { return value_.load(std::memory_order_relaxed); }

private:
  std::atomic<std::uint64_t> value_ = 0;
};

struct reactor_counters {
  counter connections;
  counter tls_handshakes;
  counter tls_failures;
  std::array<counter, 5> responses;
  counter parked;
  counter bytes_in;
  counter bytes_out;
  /// Connections on which something runs or waits to be sent.
  counter busy;
};

/// What a connection waits for, as bits.
enum interest : std::uint8_t { on_read = 1, on_write = 2, on_peer_end = 4 };

/// One reactor: Pistache's poll loop on a thread of its own, its connections, their deadlines, and
/// the buffers they borrow. Public members are for its own thread unless they say otherwise.
///
/// A turn: the events of one poll, each connection's work done at once; then posted work; then
/// whatever that left to send, one write a connection; then deadlines; last, closed connections are
/// destroyed.
class transport final : public reactor {
public:
  transport(shared_state& shared, std::size_t index);
  ~transport();
  transport(const transport&) = delete;
  transport& operator=(const transport&) = delete;

  void post(std::unique_ptr<posted_work> work) override;
  [[nodiscard]] bool here() const override;
  [[nodiscard]] std::size_t index() const override { return index_; }

  /// Starts the thread. Once, from the server's thread.
  void start();
  /// Closes all connections and ends the thread; returns when it has ended. From the server's
  /// thread.
  void stop();
  /// Takes over an accepted connection; `tls` may be null. Any thread.
  void adopt(socket accepted, const address_bytes& peer);
  /// Any thread.
  [[nodiscard]] const reactor_counters& read_counters() const { return counters_; }
  /// Compares the deadlines with the clock now.
  void check_deadlines();
  /// Closes the connections between two requests.
  void close_idle();

  // For its connections.
  [[nodiscard]] shared_state& shared() const { return shared_; }
  [[nodiscard]] reactor_counters& counters() { return counters_; }
  /// The time at the start of this turn.
  [[nodiscard]] instant now() const { return now_; }
  [[nodiscard]] deadlines& waits() { return deadlines_; }
  [[nodiscard]] head_writer& heads() { return heads_; }
  [[nodiscard]] std::span<char> read_buffer() { return read_buffer_; }
  [[nodiscard]] std::uint64_t next_serial() { return ++last_serial_; }
  std::unique_ptr<request> borrow_request();
  void give_back(std::unique_ptr<request> used);
  std::unique_ptr<output> borrow_output();
  void give_back(std::unique_ptr<output> used);
  /// Has `settle` called at the end of the turn.
  void mark_dirty(connection& which);
  /// Destroys the context of an exchange that is over at the end of the turn: it may be its own
  /// member function that gave the answer.
  void retire(std::unique_ptr<exchange_context> context);
  /// Changes what the connection waits for.
  void watch(const connection& which, std::uint8_t interest);
  /// Takes a closed connection out of the table; it is destroyed at the end of the turn.
  void remove(connection& which);

  /// The connection on which the exchange of this handle's numbers runs, or null.
  [[nodiscard]] connection* find(std::uint32_t slot, std::uint64_t serial) const;

  // For the poll loop.
  void begin_turn();
  void on_event(std::uint64_t tag, readiness what);
  void end_turn();

private:
  class poll_loop;
  class arrival;

  void add(socket accepted, const address_bytes& peer);
  void run_posted();
  void settle_dirty();
  void arm_timer();
  template <class Step>
  void guarded(connection& which, Step step);

  shared_state& shared_;
  std::size_t index_;
  int wake_descriptor_;
  int timer_descriptor_;
  std::shared_ptr<Pistache::Aio::Reactor> poller_;
  /// Held by the poller too, so it does not hold that one.
  std::shared_ptr<poll_loop> loop_;
  std::thread thread_;
  std::atomic<std::thread::id> thread_id_;
  work_queue posted_;
  reactor_counters counters_;
  instant now_;
  milliseconds timer_due_;
  bool timer_fired_ = false;
  deadlines deadlines_;
  head_writer heads_;
  std::vector<char> read_buffer_;
  std::uint64_t last_serial_ = 0;
  std::uint32_t last_generation_ = 0;
  /// By descriptor.
  std::vector<std::unique_ptr<connection>> connections_;
  std::vector<connection*> dirty_;
  std::vector<std::unique_ptr<connection>> closed_;
  std::vector<std::unique_ptr<exchange_context>> retired_;
  std::vector<std::unique_ptr<request>> spare_requests_;
  std::vector<std::unique_ptr<output>> spare_outputs_;
};

} // namespace muster::http
