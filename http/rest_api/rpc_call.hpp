#pragma once

#include "http/rest_api/rest_call.hpp"

namespace muster::http::rest {

/// What the two versions of the RPC endpoints answer when the time is over.
struct rpc_version {
  /// The device was given the RPC at least once.
  int timed_out;
  /// It never was.
  int undelivered;
};

/// Persistent RPCs are kept long after their end, and a page of them is in memory at once.
inline constexpr std::uint64_t rpc_body_limit = std::uint64_t{1} << 20;

/// An RPC to a device, waited for until its answer, its time or the node's end.
class rpc_call final : public text_call {
public:
  rpc_call(rest_api& api, rpc_version version, bool oneway)
      : text_call{api, true}, version_{version}, oneway_{oneway} {}

private:
  result<void> prepare(const path_parameters& path, const query_parameters& query) override;
  void run(exchange& request) override;
  void on_reply(reply what) override;
  void on_shutdown() override;
  response shape(const error& what) const override;

  rpc_version version_;
  bool oneway_;
};

} // namespace muster::http::rest
