#include "tests/actors_service/temporary_folder.hpp"
#include "tests/catch.hpp"
#include "tools/node/service_manager.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <semaphore>
#include <string>
#include <utility>

namespace muster::node {

namespace {

/// A manager's end of the socket, and the environment that names it.
class listening_manager {
public:
  explicit listening_manager(const char* watchdog, const std::string& process = {}) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = folder_.path() + "/notify";
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    REQUIRE(bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    setenv("NOTIFY_SOCKET", path.c_str(), 1);
    setenv("WATCHDOG_USEC", watchdog, 1);
    setenv("WATCHDOG_PID", process.empty() ? std::to_string(getpid()).c_str() : process.c_str(), 1);
  }
  ~listening_manager() {
    for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) {
      unsetenv(name);
    }
    close(socket_);
  }
  listening_manager(const listening_manager&) = delete;
  listening_manager& operator=(const listening_manager&) = delete;

  /// Empty: nothing was told, or not yet with MSG_DONTWAIT.
  std::string heard(int flags = 0) const {
    char text[128];
    const auto size = recv(socket_, text, sizeof text, flags);
    return size < 0 ? std::string() : std::string(text, static_cast<std::size_t>(size));
  }

private:
  temporary_folder folder_;
  int socket_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
};

} // namespace

TEST_CASE("the manager is told as it is said") {
  const listening_manager above("0");
  const service_manager manager;
  manager.tell("READY=1");
  manager.tell("STOPPING=1");
  CHECK(above.heard() == "READY=1");
  CHECK(above.heard() == "STOPPING=1");
  CHECK(manager.beat_every().count() == 0);
}

TEST_CASE("without a manager nothing is told") {
  const service_manager manager;
  manager.tell("READY=1");
  CHECK(manager.beat_every().count() == 0);
}

TEST_CASE("a manager that is gone is no harm") {
  const auto gone = [] {
    const listening_manager above("20000");
    return service_manager();
  }();
  gone.tell("READY=1");
  CHECK(gone.beat_every().count() == 10'000);
}

TEST_CASE("a watchdog for another process, or none that is a number, is not ours") {
  for (const char* period : {"", "soon", "-2"}) {
    const listening_manager above(period);
    CHECK(service_manager().beat_every().count() == 0);
  }
  const listening_manager above("20000", "1");
  CHECK(service_manager().beat_every().count() == 0);
}

TEST_CASE("the heart beats while nothing hangs") {
  const listening_manager above("2000");
  const service_manager manager;
  heartbeat alive(manager);
  for (int count = 0; count < 5; ++count) {
    CHECK(above.heard() == "WATCHDOG=1");
  }
  std::binary_semaphore begun(0);
  std::binary_semaphore finish(0);
  alive.beat_after([&, first = true]() mutable {
    if (std::exchange(first, false)) {
      begun.release();
      finish.acquire();
    }
  });
  begun.acquire();
  while (!above.heard(MSG_DONTWAIT).empty()) {
  }
  CHECK(above.heard(MSG_DONTWAIT).empty());
  alive.beat_after({});
  finish.release();
  CHECK(above.heard() == "WATCHDOG=1");
  alive.end();
  while (!above.heard(MSG_DONTWAIT).empty()) {
  }
  CHECK(above.heard(MSG_DONTWAIT).empty());
}

} // namespace muster::node
