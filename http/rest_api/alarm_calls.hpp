#pragma once

#include "http/rest_api/entity_call.hpp"

#include <optional>
#include <utility>

namespace muster::http::rest {

/// A call about one alarm, of tenants' administrators and customers' users.
class alarm_call : public entity_call {
protected:
  explicit alarm_call(rest_api& api, bool needs_body = false)
      : entity_call{api, allowed{}, "Alarm", needs_body} {}

  /// As `apply`; when somebody else has changed the alarm this very moment it is looked at again.
  template <class Reply, class Then>
  void apply_again(change what, Then then) {
    change copy = what;
    apply_any(std::move(copy),
              [this, what = std::move(what), then = std::move(then)](reply& came) mutable {
                const auto* problem = std::get_if<error>(&came);
                if (problem != nullptr && problem->code == error_code::version_conflict &&
                    tries_++ < most_tries) {
                  return apply_again<Reply>(std::move(what), std::move(then));
                }
                if (auto* wanted = std::get_if<Reply>(&came)) {
                  return then(*wanted);
                }
                unexpected(came);
              });
  }

private:
  static constexpr int most_tries = 5;
  int tries_ = 0;
};

} // namespace muster::http::rest
