#include "tests/simulation/node.hpp"

#include <caf/actor_registry.hpp>

#include <algorithm>
#include <utility>

namespace muster::test {

namespace {

constexpr std::size_t reader_threads = 8;
constexpr std::size_t most_reads = 400;
constexpr std::size_t most_queued_rows = 4'096;
constexpr milliseconds tick_pause = 25;

} // namespace

// What are the node's threads elsewhere.

bool node::read(std::function<void()> work) {
  if (reads_.size() >= most_reads) {
    return false;
  }
  reads_.push_back(std::move(work));
  if (readers_ < reader_threads && !at_.ended()) {
    ++readers_;
    at_.spawn([this] { read_on(); });
  }
  return true;
}

void node::read_on() {
  while (!reads_.empty()) {
    const auto work = std::move(reads_.front());
    reads_.pop_front();
    work();
  }
  --readers_;
}

bool node::submit(persistence::submission&& what) {
  const std::size_t rows = std::max<std::size_t>(what.changes.mutations.size(), 1);
  if (queued_rows_ + rows > most_queued_rows && !submissions_.empty()) {
    return false;
  }
  queued_rows_ += rows;
  submissions_.push_back(std::move(what));
  if (!at_.ended()) {
    at_.wake(committer_);
  }
  return true;
}

void node::commit_on() {
  for (;;) {
    while (submissions_.empty()) {
      at_.wait();
    }
    auto taken = std::exchange(submissions_, {});
    queued_rows_ = 0;
    writer_->carry_out(taken);
  }
}

void node::keep() {
  while (at_.sleep(100)) {
    rows_.tend();
  }
}

void node::tick() {
  router_->retry();
  registry_->tick();
  if (++ticks_ % 4 == 0) {
    links_->tick();
  }
  check_bounds();
  at_.later(tick_pause, [this] { tick(); });
}

void node::check_bounds() {
  if (router_->counters().waiting > router_limits_.waiting) {
    around_.in.wrong(id_ + " keeps more commands than it may");
  }
  if (queued_rows_ > most_queued_rows || reads_.size() > most_reads) {
    around_.in.wrong(id_ + " has more work queued than it may");
  }
}

void node::end() {
  if (at_.ended()) {
    return;
  }
  at_.end();
  around_.asked.lost(at_);
  if (!links_) {
    ownership_.reset();
    return;
  }
  registry_->begin_shutdown();
  registry_->stop();
  bool busy = true;
  while (busy) {
    busy = at_.run_actor();
    while (!reads_.empty()) {
      const auto work = std::move(reads_.front());
      reads_.pop_front();
      work();
      busy = true;
    }
    if (!submissions_.empty()) {
      auto taken = std::exchange(submissions_, {});
      writer_->carry_out(taken);
      busy = true;
    }
  }
  if (at_.actors().registry().running() != 0) {
    around_.in.wrong(id_ + " has ended, but not all of its actors");
  }
  links_->stop();
  router_->stop();
  // In the order in which cluster_service ends.
  writer_.reset();
  registry_.reset();
  links_.reset();
  router_.reset();
  ownership_.reset();
}

} // namespace muster::test
