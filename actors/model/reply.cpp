#include "actors/model/reply.hpp"

namespace muster {

reply::reply() = default;
reply::reply(const reply&) = default;
reply::reply(reply&&) noexcept = default;
reply& reply::operator=(const reply&) = default;
reply& reply::operator=(reply&&) noexcept = default;
reply::~reply() = default;

reply_handle& reply_handle::operator=(reply_handle&& other) noexcept {
  if (this != &other) {
    answer_loss();
    to_ = std::exchange(other.to_, {});
  }
  return *this;
}

void reply_handle::answer(reply what) noexcept {
  if (reply_sink* sink = to_.sink) {
    std::vector<completion> batch;
    batch.push_back(completion{std::move(*this), std::move(what)});
    sink->push(std::move(batch));
  }
}

void reply_handle::answer_loss() noexcept {
  if (to_.sink != nullptr) {
    reply_handle(release()).answer(error{error_code::overloaded, {}});
  }
}

} // namespace muster
