#include "actors/service/reset_administrator.hpp"
#include "tools/node/node.hpp"
#include "tools/node/options.hpp"

#include <linux/close_range.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

/// Read by jemalloc before main: freed memory goes back to the system by and by also while the node
/// has nothing to do, else an idle one would keep its peaks (bodies, password hashing).
extern "C" {
extern const char* malloc_conf;
const char* malloc_conf = "background_thread:true";
}

namespace {

enum exit_code { ended_well = 0, could_not_run = 1, wrong_options = 2 };

/// Before any thread, so that all inherit it: the signals that `run` waits for. By SIGUSR1 the node
/// wakes itself.
void block_signals() {
  sigset_t blocked;
  sigemptyset(&blocked);
  for (int number : {SIGTERM, SIGINT, SIGHUP, SIGUSR1}) {
    sigaddset(&blocked, number);
  }
  pthread_sigmask(SIG_BLOCK, &blocked, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

/// A connection is a file: takes all that the system allows.
void raise_file_limit() {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
}

void log_to_stderr(const std::string& level) {
  spdlog::set_default_logger(spdlog::stderr_logger_mt("muster"));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
  spdlog::set_level(spdlog::level::from_str(level));
}

int reset_administrator(const muster::node::node_options& options) {
  const auto password = muster::reset_administrator(options.service, muster::system_clock_source());
  if (!password) {
    spdlog::error("{}", password.error().message);
    return could_not_run;
  }
  std::printf("%s\n", password->c_str());
  return ended_well;
}

/// The same program in the same process, with nothing left of what it had: as a new life of the
/// node it may be a member of the cluster again.
int start_anew(char** argv) {
  spdlog::info("Starting anew");
  close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
  execv("/proc/self/exe", argv);
  spdlog::error("Could not start anew");
  return could_not_run;
}

int serve(const muster::node::parsed_options& parsed, char** argv) {
  spdlog::info("Options:\n{}", parsed.shown);
  raise_file_limit();
  const auto ended = muster::node::run(parsed.options, parsed.effective);
  if (!ended) {
    spdlog::error("{}", ended.error().message);
    return could_not_run;
  }
  if (*ended == muster::node::outcome::expelled) {
    return start_anew(argv);
  }
  spdlog::info("Stopped");
  return ended_well;
}

} // namespace

int main(int argc, char** argv) {
  // What the node stores is for nobody else: keys, password hashes, tokens.
  umask(077);
  block_signals();
  try {
    const auto parsed = muster::node::parse_options({argv + 1, argv + argc});
    if (!parsed) {
      std::fprintf(stderr, "muster-node: %s\n", parsed.error().message.c_str());
      return wrong_options;
    }
    if (!parsed->message.empty()) {
      std::fputs(parsed->message.c_str(), stdout);
      return ended_well;
    }
    log_to_stderr(parsed->options.log_level);
    return parsed->options.reset_admin ? reset_administrator(parsed->options)
                                       : serve(*parsed, argv);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "muster-node: %s\n", failure.what());
    return could_not_run;
  }
}
