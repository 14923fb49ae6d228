#include <CLI/CLI.hpp>
#include <pistache/endpoint.h>

#include <csignal>
#include <iostream>
#include <string>

namespace {

/// The least a Pistache server can do for a request: the yardstick of `tools/dev bench`.
class answer_at_once final : public Pistache::Http::Handler {
public:
  HTTP_PROTOTYPE(answer_at_once)

  void onRequest(const Pistache::Http::Request&, Pistache::Http::ResponseWriter response) override {
    response.send(Pistache::Http::Code::Ok);
  }
};

} // namespace

int main(int argc, char** argv) {
  CLI::App app{"A stock Pistache handler that answers 200 at once"};
  std::uint16_t port = 8090;
  int threads = 0;
  std::string certificate;
  std::string key;
  app.add_option("--port", port, "Port on 127.0.0.1")->capture_default_str();
  app.add_option("--threads", threads, "Reactors; 0: one for each processor");
  app.add_option("--cert", certificate, "PEM file; given: HTTPS instead of HTTP");
  app.add_option("--key", key, "PEM file of its key")->needs("--cert");
  CLI11_PARSE(app, argc, argv);

  // Blocked before the server's threads exist, so that they inherit it and only sigwait sees it.
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigaddset(&stop, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);

  Pistache::Address address(Pistache::Ipv4::loopback(), Pistache::Port(port));
  Pistache::Http::Endpoint server(address);
  server.init(
      Pistache::Http::Endpoint::options()
          .threads(threads > 0 ? threads : static_cast<int>(std::thread::hardware_concurrency()))
          .flags(Pistache::Tcp::Options::ReuseAddr));
  server.setHandler(std::make_shared<answer_at_once>());
  if (!certificate.empty())
    server.useSSL(certificate, key);
  server.serveThreaded();
  int signal = 0;
  sigwait(&stop, &signal);
  server.shutdown();
  return 0;
}
