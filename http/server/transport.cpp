#include "http/server/transport.hpp"

#include "actors/inspection/crash_stack.hpp"

#include <pistache/reactor.h>
#include <pistache/tcp.h>
#include <pistache/transport.h>
#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <limits>
#include <system_error>

namespace muster::http {

namespace {

constexpr std::size_t read_size = 64 * 1024;
constexpr std::size_t spares_kept = 64;
constexpr milliseconds never = std::numeric_limits<milliseconds>::max();
/// Deadlines that lie closer together than this share one wake-up of the timer.
constexpr milliseconds timer_grain = 50;
constexpr milliseconds linger_span = 5'000;
constexpr int generation_shift = 32;

deadlines::spans spans_of(const server_options& options) {
  return {options.tls.handshake_timeout, options.head_timeout, options.body_timeout,
          options.write_timeout,         options.idle_timeout, linger_span};
}

int checked(int descriptor, const char* what) {
  if (descriptor < 0)
    throw std::system_error(errno, std::generic_category(), what);
  return descriptor;
}

/// Pistache's transport insists on a handler; ours reads the sockets itself and never calls it.
class unused_handler final : public Pistache::Tcp::Handler {
  PROTOTYPE_OF(Pistache::Tcp::Handler, unused_handler)
public:
  void onInput(const char*, std::size_t, const std::shared_ptr<Pistache::Tcp::Peer>&) override {
    throw std::logic_error("bytes are read by muster::http::connection");
  }
};

} // namespace

/// The part that Pistache calls. Peers, writes and timers of the base class are not used: they hang
/// up on half-closed clients, queue by descriptor, and throw where nobody catches.
class transport::poll_loop final : public Pistache::Tcp::Transport {
public:
  explicit poll_loop(transport& owner)
      : Pistache::Tcp::Transport{std::make_shared<unused_handler>()}, owner_{owner} {}

  void registerPoller(Pistache::Polling::Epoll& poller) override {
    using namespace Pistache::Polling;
    poller_ = &poller;
    // Edge-triggered: each write to the eventfd is one event, so it is never read.
    add(owner_.wake_descriptor_, NotifyOn::Read, Mode::Edge);
    add(owner_.timer_descriptor_, NotifyOn::Read, Mode::Edge);
  }

  void onReady(const Pistache::Aio::FdSet& ready) override {
    owner_.begin_turn();
    for (std::size_t i = 0; i < ready.size(); ++i) {
      const auto& each = ready[i];
      owner_.on_event(each.getTag().value(),
                      {each.isReadable(), each.isWritable(), each.isHangup()});
    }
    owner_.end_turn();
  }

  static Pistache::Flags<Pistache::Polling::NotifyOn> flags(std::uint8_t wanted) {
    using Pistache::Polling::NotifyOn;
    Pistache::Flags<NotifyOn> made;
    if ((wanted & on_read) != 0)
      made.setFlag(NotifyOn::Read);
    if ((wanted & on_write) != 0)
      made.setFlag(NotifyOn::Write);
    if ((wanted & on_peer_end) != 0)
      made.setFlag(NotifyOn::Shutdown);
    return made;
  }

  void add(int descriptor, Pistache::Polling::NotifyOn on, Pistache::Polling::Mode mode) {
    poller_->addFd(descriptor, Pistache::Flags<Pistache::Polling::NotifyOn>(on),
                   Pistache::Polling::Tag(static_cast<std::uint64_t>(descriptor)), mode);
  }

  void add(const connection& which) {
    poller_->addFd(which.descriptor(), flags(on_read), tag(which));
  }

  void modify(const connection& which, std::uint8_t wanted) {
    poller_->rearmFd(which.descriptor(), flags(wanted), tag(which));
  }

private:
  static Pistache::Polling::Tag tag(const connection& which) {
    return Pistache::Polling::Tag(std::uint64_t{which.generation()} << generation_shift |
                                  static_cast<std::uint32_t>(which.descriptor()));
  }

  transport& owner_;
  Pistache::Polling::Epoll* poller_ = nullptr;
};

/// An accepted connection on its way to its reactor.
class transport::arrival final : public posted_work {
public:
  arrival(transport& owner, socket accepted, const address_bytes& peer)
      : owner_{owner}, socket_{std::move(accepted)}, peer_{peer} {}
  ~arrival() override {
    if (!taken_)
      owner_.shared_.connections.fetch_sub(1, std::memory_order_relaxed);
  }
  void run() override {
    taken_ = true;
    owner_.add(std::move(socket_), peer_);
  }

private:
  transport& owner_;
  socket socket_;
  address_bytes peer_;
  bool taken_ = false;
};

transport::transport(shared_state& shared, std::size_t index)
    : shared_{shared}, index_{index}, wake_descriptor_{checked(
                                          ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "eventfd")},
      timer_descriptor_{
          checked(::timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC), "timerfd_create")},
      poller_{Pistache::Aio::Reactor::create()}, loop_{std::make_shared<poll_loop>(*this)},
      now_{shared.clock.now()}, timer_due_{never}, deadlines_{spans_of(shared.options)},
      read_buffer_(read_size) {
  poller_->init(Pistache::Aio::SyncContext{});
  poller_->addHandler(loop_);
}

transport::~transport() {
  closed_.clear();
  connections_.clear();
  ::close(timer_descriptor_);
  ::close(wake_descriptor_);
}

void transport::start() {
  thread_ = std::thread{[this] {
    // OpenSSL writes without MSG_NOSIGNAL: a client that has gone must not end the process.
    sigset_t pipe_alone;
    ::sigemptyset(&pipe_alone);
    ::sigaddset(&pipe_alone, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe_alone, nullptr);
    thread_id_.store(std::this_thread::get_id(), std::memory_order_relaxed);
    give_crash_stack();
    poller_->run();
  }};
}

bool transport::here() const {
  return thread_id_.load(std::memory_order_relaxed) == std::this_thread::get_id();
}

void transport::post(std::unique_ptr<posted_work> work) {
  if (!posted_.push(std::move(work)))
    return;
  const std::uint64_t one = 1;
  // Can only fail when the counter is full, and then the reactor is awake anyway.
  [[maybe_unused]] const auto written = ::write(wake_descriptor_, &one, sizeof one);
}

void transport::adopt(socket accepted, const address_bytes& peer) {
  post(std::make_unique<arrival>(*this, std::move(accepted), peer));
}

void transport::add(socket accepted, const address_bytes& peer) {
  const auto slot = static_cast<std::size_t>(accepted.descriptor());
  if (slot >= connections_.size())
    connections_.resize(std::max(slot + 1, connections_.size() * 2));
  auto fresh = std::make_unique<connection>(*this, std::move(accepted), peer, ++last_generation_);
  auto& added = *(connections_[slot] = std::move(fresh));
  counters_.connections.add();
  guarded(added, [&] {
    loop_->add(added);
    added.settle();
  });
}

void transport::remove(connection& which) {
  closed_.push_back(std::move(connections_[static_cast<std::size_t>(which.descriptor())]));
  counters_.connections.subtract();
  shared_.connections.fetch_sub(1, std::memory_order_relaxed);
}

connection* transport::find(std::uint32_t slot, std::uint64_t serial) const {
  auto* found = slot < connections_.size() ? connections_[slot].get() : nullptr;
  return found != nullptr && found->serial() == serial ? found : nullptr;
}

void transport::watch(const connection& which, std::uint8_t interest) {
  loop_->modify(which, interest);
}

void transport::retire(std::unique_ptr<exchange_context> context) {
  if (context)
    retired_.push_back(std::move(context));
}

void transport::mark_dirty(connection& which) {
  if (!std::exchange(which.dirty_, true))
    dirty_.push_back(&which);
}

template <class Step>
void transport::guarded(connection& which, Step step) {
  try {
    step();
  } catch (const std::exception& problem) {
    spdlog::error("http: a connection is closed because of an exception: {}", problem.what());
    which.close();
  }
}

void transport::begin_turn() {
  now_ = shared_.clock.now();
}

void transport::on_event(std::uint64_t tag, readiness what) {
  const auto slot = tag & std::numeric_limits<std::uint32_t>::max();
  const auto generation = static_cast<std::uint32_t>(tag >> generation_shift);
  if (generation == 0) {
    if (slot == static_cast<std::uint64_t>(timer_descriptor_))
      timer_fired_ = true;
    return;
  }
  auto* which = slot < connections_.size() ? connections_[slot].get() : nullptr;
  // An event may be older than the connection that has the descriptor now.
  if (which != nullptr && which->generation() == generation)
    guarded(*which, [&] { which->on_ready(what); });
}

void transport::run_posted() {
  auto batch = posted_.take();
  while (auto work = batch.next()) {
    try {
      work->run();
    } catch (const std::exception& problem) {
      spdlog::error("http: posted work ended with an exception: {}", problem.what());
    }
  }
}

void transport::settle_dirty() {
  // The list may grow while it is worked through.
  for (std::size_t i = 0; i < dirty_.size(); ++i) {
    auto& which = *dirty_[i];
    which.dirty_ = false;
    if (!which.closed())
      guarded(which, [&] { which.settle(); });
  }
  dirty_.clear();
}

void transport::end_turn() {
  run_posted();
  settle_dirty();
  if (timer_fired_) {
    timer_fired_ = false;
    timer_due_ = never;
    check_deadlines();
  }
  arm_timer();
  closed_.clear();
  retired_.clear();
  if (shared_.stopping.load(std::memory_order_relaxed) && counters_.busy.read() == 0) {
    const std::lock_guard lock{shared_.quiet_mutex};
    shared_.quiet.notify_all();
  }
}

void transport::check_deadlines() {
  now_ = shared_.clock.now();
  while (auto* hook = deadlines_.pop(now_.steady)) {
    auto& which = static_cast<connection&>(*hook);
    guarded(which, [&] { which.on_late(hook->kind); });
  }
  settle_dirty();
}

void transport::close_idle() {
  for (std::size_t slot = 0; slot < connections_.size(); ++slot) {
    if (auto* which = connections_[slot].get(); which != nullptr && which->idle())
      guarded(*which, [&] { which->close(); });
  }
}

void transport::arm_timer() {
  const auto first = deadlines_.first();
  if (!first)
    return;
  // Compared after rounding up: else a deadline nearer than the grain would put the timer off again
  // at every turn, and under traffic it would never fire.
  const auto due = std::max(*first, now_.steady + timer_grain);
  if (due >= timer_due_)
    return;
  timer_due_ = due;
  const auto span = due - now_.steady;
  itimerspec when{};
  when.it_value.tv_sec = span / 1000;
  when.it_value.tv_nsec = span % 1000 * 1'000'000;
  ::timerfd_settime(timer_descriptor_, 0, &when, nullptr);
}

std::unique_ptr<request> transport::borrow_request() {
  if (spare_requests_.empty())
    return std::make_unique<request>();
  auto lent = std::move(spare_requests_.back());
  spare_requests_.pop_back();
  return lent;
}

void transport::give_back(std::unique_ptr<request> used) {
  if (spare_requests_.size() >= spares_kept)
    return;
  used->reset();
  spare_requests_.push_back(std::move(used));
}

std::unique_ptr<output> transport::borrow_output() {
  if (spare_outputs_.empty())
    return std::make_unique<output>();
  auto lent = std::move(spare_outputs_.back());
  spare_outputs_.pop_back();
  return lent;
}

void transport::give_back(std::unique_ptr<output> used) {
  if (spare_outputs_.size() >= spares_kept)
    return;
  used->reset();
  spare_outputs_.push_back(std::move(used));
}

void transport::stop() {
  if (!thread_.joinable())
    return;
  class last_work final : public posted_work {
  public:
    explicit last_work(transport& owner) : owner_{owner} {}
    void run() override {
      for (std::size_t i = 0; i < owner_.connections_.size(); ++i)
        if (auto* each = owner_.connections_[i].get())
          each->close();
      owner_.poller_->shutdown();
    }

  private:
    transport& owner_;
  };
  post(std::make_unique<last_work>(*this));
  thread_.join();
}

} // namespace muster::http
