#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace muster::http {

/// What waits to be sent on one connection: rendered bytes, then at most one large body that is not
/// copied. Reused by one connection after the other; one thread.
class output {
public:
  using written_report = std::function<void(bool written)>;

  /// Where heads and small bodies are appended. Not while `full`.
  [[nodiscard]] std::string& bytes() { return bytes_; }
  /// Puts a body behind the bytes without copying it.
  void attach(std::string body);
  /// The same for one that outlives the process.
  void attach(std::string_view body);
  /// Has `report` called once everything so far is sent, which it may be already.
  void report_when_sent(written_report report);

  /// Whether nothing is left to send.
  [[nodiscard]] bool empty() const { return sent_ == bytes_.size() && body().empty(); }
  /// Whether it must be sent before more is added.
  [[nodiscard]] bool full() const;
  [[nodiscard]] std::string_view first() const { return std::string_view{bytes_}.substr(sent_); }
  [[nodiscard]] std::string_view second() const { return body(); }
  /// Takes note that `count` bytes of `first` and `second` are sent, and reports.
  void sent(std::size_t count);
  /// Bytes that the kernel held for the client when the write deadline was set: fewer later on
  /// means that the client takes some, long before there is room to write more.
  void note_held(std::size_t bytes) { held_ = bytes; }
  [[nodiscard]] std::size_t held() const { return held_; }
  /// Forgets everything; the reports still open are told that nothing was written.
  void abandon();
  /// For the next connection; everything must be sent.
  void reset();

private:
  [[nodiscard]] std::string_view body() const { return rest_; }

  std::string bytes_;
  std::size_t sent_ = 0;
  std::string owned_;
  std::string_view rest_;
  /// Reports by the count of all bytes, since the last reset, that must be out for them.
  std::vector<std::pair<std::uint64_t, written_report>> reports_;
  std::uint64_t total_sent_ = 0;
  std::size_t held_ = 0;
};

} // namespace muster::http
