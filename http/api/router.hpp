#pragma once

#include "http/api/call.hpp"
#include "http/server/exchange.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace muster::http {

/// What a route asks of the body and whether HEAD is GET without it.
struct route_rule {
  /// Longest body in bytes; more is 413.
  std::uint64_t body_limit = 0;
  /// A missing body is 400.
  bool body_required = false;
  /// For GET: HEAD is answered too.
  bool head = true;
  /// The body comes to `call::on_body` piece by piece.
  bool streamed = false;
};

using make_call = std::function<std::unique_ptr<call>()>;

/// One method of one path.
class route {
public:
  /// `/api/v1/{token}/telemetry`
  std::string pattern;
  http::method method = http::method::get;
  route_rule rule;
  make_call make;
  /// Its number in the router, from 0: its place in the metrics.
  std::size_t index = 0;
};

/// What the router says to method and path.
struct match {
  enum class kind : std::uint8_t {
    found,
    no_path,   ///< 404
    no_method, ///< 405 with `allow`
    unreadable ///< 400: a percent sign without two hexadecimal digits
  };
  kind what = kind::no_path;
  const route* target = nullptr;
  path_parameters path;
  std::string allow;
};

/// Finds a request's route by the segments of its path, without regular expressions: a tree of
/// literal segments and parameters (`{name}`), literals first. Filled once by one thread, then read
/// by all.
class router {
public:
  router();
  ~router();
  router(router&&) noexcept;

  void add(http::method method, std::string_view pattern, route_rule rule, make_call make);

  /// A route whose calls are made as `Call(arguments...)`; references by std::ref.
  template <class Call, class... Arguments>
  void add(http::method method, std::string_view pattern, route_rule rule, Arguments... arguments) {
    add(method, pattern, rule,
        make_call{[arguments...] { return std::make_unique<Call>(arguments...); }});
  }

  /// Views in the result are of `path`.
  [[nodiscard]] match find(http::method method, std::string_view path) const;

  [[nodiscard]] const std::vector<std::unique_ptr<route>>& routes() const { return routes_; }

private:
  struct node;

  std::unique_ptr<node> root_;
  std::vector<std::unique_ptr<route>> routes_;
};

/// The method's name: `GET`; empty for `other`.
[[nodiscard]] std::string_view name_of(http::method method) noexcept;

} // namespace muster::http
