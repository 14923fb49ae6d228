#include "http/server/work_queue.hpp"

#include <utility>

namespace muster::http {

bool work_queue::push(std::unique_ptr<posted_work> work) {
  auto* added = work.release();
  auto* newest = newest_.load(std::memory_order_relaxed);
  do
    added->next_ = newest;
  while (!newest_.compare_exchange_weak(newest, added, std::memory_order_release,
                                        std::memory_order_relaxed));
  return newest == nullptr;
}

work_queue::batch work_queue::take() {
  auto* each = newest_.exchange(nullptr, std::memory_order_acquire);
  posted_work* oldest = nullptr;
  while (each != nullptr)
    oldest = std::exchange(each, std::exchange(each->next_, oldest));
  return batch{oldest};
}

std::unique_ptr<posted_work> work_queue::batch::next() {
  std::unique_ptr<posted_work> work{first_};
  if (work)
    first_ = std::exchange(work->next_, nullptr);
  return work;
}

work_queue::batch::~batch() {
  while (next())
    ;
}

} // namespace muster::http
