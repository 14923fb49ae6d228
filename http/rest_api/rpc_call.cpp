#include "http/rest_api/rpc_call.hpp"

#include "http/rest_api/rpc_body.hpp"

namespace muster::http::rest {

result<void> rpc_call::prepare(const path_parameters& path, const query_parameters&) {
  return read_device_id(path[0]);
}

void rpc_call::run(exchange& request) {
  auto wanted = read_rpc_body(request.body(), api().settings.rpc_min_timeout, now());
  if (!wanted) {
    return wanted.error().code == error_code::malformed ? fail_with(error_code::malformed, {})
                                                        : fail_with(wanted.error());
  }
  if (!wait_until_shutdown()) {
    return on_shutdown();
  }
  wanted->oneway = oneway_;
  at().below().send(command{device_, who(), at().deadline(), send_rpc{std::move(*wanted)}},
                    reply_to());
}

void rpc_call::on_reply(reply what) {
  if (const auto* accepted = std::get_if<rpc_accepted>(&what)) {
    return answer_json("{\"rpcId\":\"" + to_string(accepted->id) + "\"}");
  }
  if (auto* answered = std::get_if<rpc_answer>(&what)) {
    if (!answered->response.text.empty()) {
      return answer_json(std::move(answered->response.text));
    }
    return answer_done();
  }
  if (std::holds_alternative<done>(what)) {
    return answer_done();
  }
  unexpected(what);
}

void rpc_call::on_shutdown() {
  response stopping = fault({error_code::shutting_down, {}}, now());
  stopping.close = true;
  answer(std::move(stopping));
}

response rpc_call::shape(const error& what) const {
  switch (what.code) {
  case error_code::malformed:
    // What is no JSON at all has the shape of all other endpoints.
    return fault(what, now());
  case error_code::rpc_timeout:
    return response{version_.timed_out};
  case error_code::rpc_undelivered:
    return response{version_.undelivered};
  case error_code::rpc_reply_not_json:
    return response{406};
  default:
    return text_call::shape(what);
  }
}

} // namespace muster::http::rest
