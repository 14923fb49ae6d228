#include "http/api/router.hpp"

#include "http/api/query.hpp"

#include <array>
#include <utility>

namespace muster::http {

namespace {

constexpr std::size_t method_count = static_cast<std::size_t>(method::other);

/// Cuts the next segment off a path that begins with `/`.
std::string_view next_segment(std::string_view& path) noexcept {
  path.remove_prefix(1);
  const auto end = std::min(path.find('/'), path.size());
  const auto segment = path.substr(0, end);
  path.remove_prefix(end);
  return segment;
}

} // namespace

struct router::node {
  std::vector<std::pair<std::string, std::unique_ptr<node>>> literals;
  std::unique_ptr<node> parameter;
  std::array<const route*, method_count> routes{};

  node& child(std::string_view segment) {
    if (segment.starts_with('{')) {
      if (!parameter) {
        parameter = std::make_unique<node>();
      }
      return *parameter;
    }
    for (auto& [text, below] : literals) {
      if (text == segment) {
        return *below;
      }
    }
    return *literals.emplace_back(segment, std::make_unique<node>()).second;
  }

  /// The end of a path: the route, or what the path allows.
  bool finish(method asked, match& found, std::array<bool, method_count>& allowed) const {
    const route* target =
        asked == method::other ? nullptr : routes[static_cast<std::size_t>(asked)];
    const route* get = routes[static_cast<std::size_t>(method::get)];
    const bool head = get != nullptr && get->rule.head;
    if (asked == method::head && target == nullptr && head) {
      target = get;
    }
    if (target != nullptr) {
      found.what = match::kind::found;
      found.target = target;
      return true;
    }
    for (std::size_t i = 0; i < method_count; ++i) {
      if (routes[i] != nullptr) {
        found.what = match::kind::no_method;
        allowed[i] = true;
      }
    }
    allowed[static_cast<std::size_t>(method::head)] |= head;
    return false;
  }

  /// Whether the rest of the path leads to a route of the method.
  bool walk(method asked, std::string_view rest, match& found,
            std::array<bool, method_count>& allowed) const {
    if (rest.empty()) {
      return finish(asked, found, allowed);
    }
    std::string_view segment = next_segment(rest);
    std::optional<std::string> decoded;
    if (segment.find('%') != std::string_view::npos) {
      decoded = percent_decode(segment, false);
      if (!decoded) {
        found.what = match::kind::unreadable;
        return true;
      }
      segment = *decoded;
    }
    for (const auto& [text, below] : literals) {
      if (text == segment && below->walk(asked, rest, found, allowed)) {
        return true;
      }
    }
    if (!parameter || segment.empty()) {
      return false;
    }
    decoded ? found.path.add(*std::move(decoded)) : found.path.add(segment);
    if (parameter->walk(asked, rest, found, allowed)) {
      return true;
    }
    found.path.remove_last();
    return false;
  }
};

router::router() : root_{std::make_unique<node>()} {}
router::~router() = default;
router::router(router&&) noexcept = default;

void router::add(method asked, std::string_view pattern, route_rule rule, make_call make) {
  node* at = root_.get();
  for (std::string_view rest = pattern; !rest.empty();) {
    at = &at->child(next_segment(rest));
  }
  auto made = std::make_unique<route>();
  made->pattern = pattern;
  made->method = asked;
  made->rule = rule;
  made->make = std::move(make);
  made->index = routes_.size();
  at->routes[static_cast<std::size_t>(asked)] = made.get();
  routes_.push_back(std::move(made));
}

match router::find(method asked, std::string_view path) const {
  match found;
  if (!path.starts_with('/')) {
    return found;
  }
  std::array<bool, method_count> allowed{};
  if (root_->walk(asked, path, found, allowed) || found.what == match::kind::no_path) {
    return found;
  }
  for (std::size_t i = 0; i < method_count; ++i) {
    if (allowed[i]) {
      found.allow.append(found.allow.empty() ? "" : ", ").append(name_of(static_cast<method>(i)));
    }
  }
  return found;
}

std::string_view name_of(method which) noexcept {
  switch (which) {
  case method::get:
    return "GET";
  case method::head:
    return "HEAD";
  case method::post:
    return "POST";
  case method::put:
    return "PUT";
  case method::remove:
    return "DELETE";
  case method::options:
    return "OPTIONS";
  case method::patch:
    return "PATCH";
  case method::other:
    break;
  }
  return {};
}

} // namespace muster::http
