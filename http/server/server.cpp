#include "http/server/server.hpp"

#include "http/server/acceptor.hpp"
#include "http/server/shared_state.hpp"
#include "http/server/transport.hpp"

#include <spdlog/spdlog.h>

#include <chrono>
#include <latch>
#include <thread>
#include <vector>

namespace muster::http {

namespace {

constexpr std::uint16_t default_tls_port = 8443;

class http_server final : public server {
public:
  http_server(const server_options& options, application& app, const clock_source& clock,
              trusted_proxies proxies, std::unique_ptr<tls_context> tls,
              std::optional<listener> plain, std::optional<listener> secure)
      : shared_{.options = options,
                .app = app,
                .clock = clock,
                .proxies = std::move(proxies),
                .log_access = options.access_log || spdlog::should_log(spdlog::level::debug),
                .budget = {options.body_memory, tell_granted}},
        tls_{std::move(tls)}, acceptor_{shared_, reactors_, std::move(plain), std::move(secure),
                                        tls_.get()} {
    const auto processors = std::max(1U, std::thread::hardware_concurrency());
    const auto wanted = options.threads != 0 ? options.threads : processors;
    for (std::size_t i = 0; i < wanted; ++i)
      reactors_.push_back(std::make_unique<transport>(shared_, i));
  }

  ~http_server() override { stop(0); }

  void start() override {
    for (auto& each : reactors_)
      each->start();
    acceptor_.start();
  }

  [[nodiscard]] std::optional<std::uint16_t> port() const override { return acceptor_.port(); }
  [[nodiscard]] std::optional<std::uint16_t> tls_port() const override {
    return acceptor_.tls_port();
  }
  [[nodiscard]] std::size_t reactor_count() const override { return reactors_.size(); }
  [[nodiscard]] reactor& reactor_at(std::size_t index) override { return *reactors_.at(index); }

  [[nodiscard]] result<void> reload_certificate() override {
    return tls_ ? tls_->load() : result<void>{};
  }

  void begin_shutdown() override {
    shared_.stopping.store(true);
    acceptor_.stop();
    // Wakes reactors that are quiet already, so that `stop` hears of it.
    class nudge final : public posted_work {
      void run() override {}
    };
    for (auto& each : reactors_)
      each->post(std::make_unique<nudge>());
  }

  void close_idle() override {
    class close_work final : public posted_work {
    public:
      explicit close_work(transport& owner) : owner_{owner} {}
      void run() override { owner_.close_idle(); }

    private:
      transport& owner_;
    };
    for (auto& each : reactors_)
      each->post(std::make_unique<close_work>(*each));
  }

  [[nodiscard]] bool stopping() const override { return shared_.stopping.load(); }

  void stop(milliseconds grace) override {
    begin_shutdown();
    acceptor_.join();
    {
      std::unique_lock lock{shared_.quiet_mutex};
      shared_.quiet.wait_for(lock, std::chrono::milliseconds{grace}, [this] { return quiet(); });
    }
    for (auto& each : reactors_)
      each->stop();
  }

  void check_deadlines() override;
  [[nodiscard]] server_counters counters() const override;

private:
  static void tell_granted(exchange_handle to) {
    class grant final : public posted_work {
    public:
      explicit grant(exchange_handle handle) : to_{handle} {}
      void run() override {
        auto& owner = static_cast<transport&>(to_.owner());
        if (auto* found = owner.find(to_.slot(), to_.serial()))
          found->budget_granted();
      }

    private:
      exchange_handle to_;
    };
    to.owner().post(std::make_unique<grant>(to));
  }

  [[nodiscard]] bool quiet() const {
    return std::all_of(reactors_.begin(), reactors_.end(),
                       [](const auto& each) { return each->read_counters().busy.read() == 0; });
  }

  shared_state shared_;
  std::unique_ptr<tls_context> tls_;
  std::vector<std::unique_ptr<transport>> reactors_;
  acceptor acceptor_;
};

void http_server::check_deadlines() {
  class check final : public posted_work {
  public:
    check(transport& owner, std::latch& done) : owner_{owner}, done_{done} {}
    ~check() override { done_.count_down(); }
    void run() override { owner_.check_deadlines(); }

  private:
    transport& owner_;
    std::latch& done_;
  };
  std::latch done{static_cast<std::ptrdiff_t>(reactors_.size())};
  for (auto& each : reactors_)
    each->post(std::make_unique<check>(*each, done));
  done.wait();
}

server_counters http_server::counters() const {
  server_counters sum;
  sum.connections_accepted = acceptor_.accepted();
  sum.connections_refused = acceptor_.refused();
  sum.body_memory_used = shared_.budget.used();
  for (const auto& reactor : reactors_) {
    const auto& each = reactor->read_counters();
    sum.connections_open += each.connections.read();
    sum.tls_handshakes += each.tls_handshakes.read();
    sum.tls_failures += each.tls_failures.read();
    sum.parked += each.parked.read();
    sum.bytes_in += each.bytes_in.read();
    sum.bytes_out += each.bytes_out.read();
    for (std::size_t i = 0; i < sum.responses.size(); ++i)
      sum.responses[i] += each.responses[i].read();
  }
  return sum;
}

} // namespace

result<std::unique_ptr<server>> server::create(const server_options& options, application& app,
                                               const clock_source& clock) {
  if (const auto wrong = options.validate())
    return fail(error_code::invalid, *wrong);
  auto proxies = trusted_proxies::parse(options.trusted_proxies);
  if (!proxies)
    return tl::unexpected(proxies.error());
  raise_descriptor_limit();
  std::unique_ptr<tls_context> tls;
  std::optional<listener> plain;
  std::optional<listener> secure;
  if (options.port) {
    auto bound = listener::bind(options.address, *options.port);
    if (!bound)
      return tl::unexpected(bound.error());
    plain.emplace(std::move(*bound));
  }
  if (!options.tls.certificate.empty()) {
    tls = std::make_unique<tls_context>(options.tls.certificate, options.tls.key);
    if (const auto loaded = tls->load(); !loaded)
      return tl::unexpected(loaded.error());
    auto bound = listener::bind(options.address, options.tls.port.value_or(default_tls_port));
    if (!bound)
      return tl::unexpected(bound.error());
    secure.emplace(std::move(*bound));
  }
  return std::make_unique<http_server>(options, app, clock, std::move(*proxies), std::move(tls),
                                       std::move(plain), std::move(secure));
}

} // namespace muster::http
