#include "http/device_api/poll_call.hpp"

#include "http/api/edge.hpp"

#include <algorithm>
#include <utility>

namespace muster::http {

poll_call::~poll_call() {
  if (parked_) {
    at().below().report({device(), poll_, poll_report::outcome::lost});
  }
}

result<void> poll_call::read_parameters(const exchange& request, const path_parameters&) {
  const auto asked = query_parameters{request.query()}.integer("timeout", 0);
  if (!asked) {
    return tl::unexpected(asked.error());
  }
  const auto& options = at().options();
  const auto wanted = *asked == 0 ? options.default_poll_timeout : *asked;
  timeout_ = std::clamp<milliseconds>(wanted, 0, options.max_poll_timeout);
  return {};
}

void poll_call::on_request(exchange& request) {
  if (!wait_until_shutdown()) {
    return end_early();
  }
  // Nothing is to be done when the client goes: the exchange ends, and this call with it.
  request.park([] {});
  poll_ = at().next_poll();
  parked_ = true;
  send(ask(poll_, timeout_, request.client_address()));
}

void poll_call::on_shutdown() {
  end_early();
}

/// As if its time were over: clients take that as "poll again", and do so elsewhere.
void poll_call::end_early() {
  response over{408};
  over.close = true;
  answer(std::move(over));
}

void poll_call::on_success(reply& what) {
  parked_ = false;
  response found = payload::answer(codec(), render(what));
  found.on_written = [&below = at().below(), device = device(), poll = poll_](bool written) {
    below.report(
        {device, poll, written ? poll_report::outcome::written : poll_report::outcome::lost});
  };
  answer(std::move(found));
}

void poll_call::on_failure(const error& what) {
  parked_ = false;
  if (what.code == error_code::shutting_down) {
    return end_early();
  }
  refuse(what);
}

} // namespace muster::http
