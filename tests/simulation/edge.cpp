#include "tests/simulation/edge.hpp"

#include <memory>
#include <utility>

namespace muster::test {

std::uint64_t requests::add(waiting what) {
  waiting_.emplace(++last_, std::move(what));
  return last_;
}

void requests::given(std::uint64_t request) {
  auto found = waiting_.extract(request);
  if (!found) {
    return world_.wrong("request " + std::to_string(request) + " was answered twice");
  }
  on_their_way_.insert(std::move(found));
}

void requests::arrived(std::uint64_t request, const reply& what) {
  if (auto found = on_their_way_.extract(request)) {
    found.mapped().answered(&what);
  }
}

void requests::lost(const process& at) {
  std::vector<waiting> gone;
  for (auto* those : {&waiting_, &on_their_way_}) {
    std::erase_if(*those, [&](auto& one) {
      if (one.second.at != &at) {
        return false;
      }
      gone.push_back(std::move(one.second));
      return true;
    });
  }
  for (const auto& one : gone) {
    one.answered(nullptr);
  }
}

void requests::check_overdue() {
  for (auto& [request, one] : waiting_) {
    if (one.at->frozen()) {
      // It may need a while when it wakes.
      one.until = std::max(one.until, world_.time.time() + 5'000);
    } else if (one.until < world_.time.time()) {
      one.until = INT64_MAX;
      world_.wrong("request " + std::to_string(request) + " is not answered in its time");
    }
  }
}

void edge::push(std::vector<completion> batch) noexcept {
  for (auto& one : batch) {
    const std::uint64_t request = one.to.release().request;
    if (at_.ended()) {
      continue;
    }
    asked_.given(request);
    const auto what = std::make_shared<reply>(std::move(one.what));
    at_.later(world_.chances.between(0, 2),
              [this, request, what] { asked_.arrived(request, *what); });
  }
}

} // namespace muster::test
