#include "http/api/call.hpp"

#include "http/api/edge.hpp"
#include "http/api/router.hpp"

#include <utility>

namespace muster::http {

call::~call() {
  stop_waiting();
}

timestamp call::now() const {
  return edge_->clock().now().wall;
}

verdict call::accept() const {
  const auto& rule = route_->rule;
  return rule.streamed ? verdict::stream(rule.body_limit) : verdict::accept(rule.body_limit);
}

reply_handle call::reply_to() const {
  return reply_handle{reply_address{edge_, handle_.slot(), handle_.serial()}};
}

void call::answer(response what) {
  stop_waiting();
  edge_->count(route_, what.status, started_);
  handle_.respond(std::move(what));
}

void call::resume(verdict decision) {
  if (decision.what == verdict::kind::refused) {
    edge_->count(route_, decision.answer->status, started_);
  }
  handle_.resume(std::move(decision));
}

void call::stop_waiting() {
  if (std::exchange(waiting_, false)) {
    edge_->waiting_.erase(place_);
  }
}

bool call::wait_until_shutdown() {
  if (edge_->stopping_) {
    return false;
  }
  place_ = edge_->waiting_.insert(edge_->waiting_.end(), this);
  waiting_ = true;
  return true;
}

} // namespace muster::http
