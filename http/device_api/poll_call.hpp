#pragma once

#include "http/device_api/device_call.hpp"

#include <string>

namespace muster::http {

/// A long poll. Parked from its arrival until its device has something for it, its time is over,
/// its client goes or the node stops. The device's actor is told what became of it: `lost` when it
/// ended without the actor's doing, and for an answer with content whether it was written.
class poll_call : public device_call {
public:
  ~poll_call() override;

  void on_request(exchange& request) final;
  void on_shutdown() final;

protected:
  result<void> read_parameters(const exchange& request, const path_parameters& path) final;
  void on_success(reply& what) final;
  void on_failure(const error& what) final;

  [[nodiscard]] virtual command_body ask(poll_id poll, milliseconds timeout,
                                         std::string client) const = 0;
  /// The body of the answer as JSON.
  virtual std::string render(reply& what) const = 0;

private:
  void end_early();

  poll_id poll_{};
  milliseconds timeout_ = 0;
  /// The actor holds the poll.
  bool parked_ = false;
};

} // namespace muster::http
