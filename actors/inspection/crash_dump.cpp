#include "actors/inspection/crash_dump.hpp"

#include "actors/inspection/crash_files.hpp"
#include "actors/inspection/crash_stack.hpp"
#include "actors/inspection/event_line.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <ctime>
#include <exception>
#include <filesystem>
#include <span>
#include <system_error>

namespace muster {

namespace {

constexpr std::array crash_signals{SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};
constexpr std::array<std::string_view, 5> signal_names{"SIGSEGV", "SIGABRT", "SIGBUS", "SIGFPE",
                                                       "SIGILL"};
constexpr std::size_t kept_files = 8;
constexpr std::size_t longest_path = 4'096;
constexpr std::size_t longest_reason = 512;

/// What a signal's handler reads, written before it is installed.
struct handler_facts {
  std::atomic<const flight_recorder*> events{nullptr};
  std::atomic<bool> crashing{false};
  std::atomic<bool> taken{false};
  std::array<char, longest_path> folder{};
  std::array<char, 64> version{};
  /// Of an exception that nobody caught.
  std::array<char, longest_reason> reason{};
  std::array<struct sigaction, crash_signals.size()> actions_before{};
  std::terminate_handler terminate_before = nullptr;
};

handler_facts handler_reads;

template <std::size_t N>
void keep(std::array<char, N>& into, std::string_view text) noexcept {
  const std::size_t size = std::min(text.size(), N - 1);
  std::copy_n(text.data(), size, into.data());
  into[size] = '\0';
}

void write_all(int file, std::string_view text) noexcept {
  while (!text.empty()) {
    const auto written = ::write(file, text.data(), text.size());
    if (written <= 0) {
      return;
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::string_view name_of_signal(int number) noexcept {
  for (std::size_t at = 0; at < crash_signals.size(); ++at) {
    if (crash_signals[at] == number) {
      return signal_names[at];
    }
  }
  return "a signal";
}

timestamp wall_now() noexcept {
  timespec t{};
  clock_gettime(CLOCK_REALTIME, &t);
  return static_cast<timestamp>(t.tv_sec) * 1'000 + t.tv_nsec / 1'000'000;
}

void write_dump(int file, int number, timestamp now, const flight_recorder& from) noexcept {
  std::array<char, 2 * longest_reason> head{};
  line_writer line(head);
  line.raw("{\"ts\":").number(now).raw(",\"what\":\"crash\",\"signal\":");
  line.quoted(name_of_signal(number)).raw(",\"version\":").quoted(handler_reads.version.data());
  line.raw(",\"process\":").number(getpid()).raw(",\"thread\":").number(gettid());
  if (handler_reads.reason[0] != '\0') {
    line.raw(",\"reason\":").quoted(handler_reads.reason.data());
  }
  write_all(file, line.raw("}\n").text());
  std::array<char, longest_event_line> bytes{};
  for (std::size_t place = 0; place < flight_recorder::places; ++place) {
    const auto event = from.at(place);
    if (event.number != 0) {
      write_all(file, event_line(event, bytes));
      write_all(file, "\n");
    }
  }
}

void on_crash(int number, siginfo_t* what, void*) {
  if (handler_reads.crashing.exchange(true)) {
    // Another thread is at it, and ends the process.
    for (;;) {
      ::pause();
    }
  }
  if (const auto* from = handler_reads.events.load()) {
    const timestamp now = wall_now();
    std::array<char, longest_path + 64> path{};
    line_writer name(std::span<char>(path).first(path.size() - 1));
    name.raw(handler_reads.folder.data())
        .raw("/")
        .raw(crash_file_start)
        .number(now)
        .raw(crash_file_end);
    const int file = ::open(path.data(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file >= 0) {
      write_dump(file, number, now, *from);
      ::close(file);
      write_all(STDERR_FILENO, "muster-node: ended by ");
      write_all(STDERR_FILENO, name_of_signal(number));
      write_all(STDERR_FILENO, "; its last events are in ");
      write_all(STDERR_FILENO, path.data());
      write_all(STDERR_FILENO, "\n");
    }
  }
  for (std::size_t at = 0; at < crash_signals.size(); ++at) {
    ::sigaction(crash_signals[at], &handler_reads.actions_before[at], nullptr);
  }
  // A mistake of this thread is made again when the handler returns; what was sent is sent again.
  if (what == nullptr || what->si_code <= 0) {
    ::raise(number);
  }
}

[[noreturn]] void on_terminate() {
  if (const auto thrown = std::current_exception()) {
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& e) {
      keep(handler_reads.reason, e.what());
    } catch (...) {
      keep(handler_reads.reason, "an exception of an unknown type");
    }
  }
  if (handler_reads.terminate_before != nullptr) {
    handler_reads.terminate_before();
  }
  std::abort();
}

void drop_old(const std::string& folder) {
  auto files = crash_files(folder);
  std::error_code ignored;
  for (std::size_t at = 0; at + kept_files <= files.size(); ++at) {
    std::filesystem::remove(files[at], ignored);
  }
}

} // namespace

crash_dump::crash_dump(const std::string& folder, const flight_recorder& of,
                       std::string_view version)
    : first_(!handler_reads.taken.exchange(true)) {
  drop_old(folder);
  if (!first_) {
    return;
  }
  keep(handler_reads.folder, folder);
  keep(handler_reads.version, version);
  handler_reads.events = &of;
  give_crash_stack();
  struct sigaction action {};
  action.sa_sigaction = on_crash;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (std::size_t at = 0; at < crash_signals.size(); ++at) {
    ::sigaction(crash_signals[at], &action, &handler_reads.actions_before[at]);
  }
  handler_reads.terminate_before = std::set_terminate(on_terminate);
}

crash_dump::~crash_dump() {
  if (!first_) {
    return;
  }
  std::set_terminate(handler_reads.terminate_before);
  for (std::size_t at = 0; at < crash_signals.size(); ++at) {
    ::sigaction(crash_signals[at], &handler_reads.actions_before[at], nullptr);
  }
  handler_reads.events = nullptr;
  handler_reads.taken = false;
}

} // namespace muster
