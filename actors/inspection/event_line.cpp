#include "actors/inspection/event_line.hpp"

#include "actors/model/command_names.hpp"

#include <charconv>

namespace muster {

namespace {

/// By their numbers.
constexpr std::array<std::string_view, 10> event_names{
    "command",     "refused", "commit failed", "exception", "state dropped",
    "quarantined", "opened",  "draining",      "closed",    "commit"};
constexpr std::array<std::string_view, 3> sender_names{"device", "application", "server"};
constexpr std::array<std::string_view, 17> refusal_names{
    "invalid",        "malformed",        "unauthorized", "forbidden",   "not found",
    "already exists", "version conflict", "poll timeout", "rpc timeout", "undelivered",
    "reply not JSON", "rate limited",     "overloaded",   "no storage",  "shutting down",
    "wrong owner",    "internal error"};
static_assert(refusal_names.size() == static_cast<std::size_t>(error_code::internal) + 1);

template <std::size_t N>
std::string_view name_in(const std::array<std::string_view, N>& names, std::size_t at) noexcept {
  return at < N ? names[at] : std::string_view("unknown");
}

} // namespace

line_writer& line_writer::raw(std::string_view text) noexcept {
  for (const char c : text) {
    if (used_ < into_.size()) {
      into_[used_++] = c;
    }
  }
  return *this;
}

line_writer& line_writer::quoted(std::string_view text) noexcept {
  raw("\"");
  for (const char c : text) {
    const bool plain = static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
    const char shown = plain && static_cast<unsigned char>(c) < 0x7f ? c : '?';
    raw({&shown, 1});
  }
  return raw("\"");
}

line_writer& line_writer::number(std::int64_t of) noexcept {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), of).ptr;
  return raw({digits.data(), static_cast<std::size_t>(end - digits.data())});
}

line_writer& line_writer::id(const uuid& of) noexcept {
  constexpr std::string_view digits = "0123456789abcdef";
  raw("\"");
  for (std::size_t at = 0; at < of.bytes.size(); ++at) {
    if (at == 4 || at == 6 || at == 8 || at == 10) {
      raw("-");
    }
    raw(digits.substr(of.bytes[at] >> 4, 1)).raw(digits.substr(of.bytes[at] & 0xf, 1));
  }
  return raw("\"");
}

std::string_view event_line(const recorded_event& what,
                            std::span<char, longest_event_line> into) noexcept {
  line_writer out(into);
  out.raw("{\"ts\":").number(what.at).raw(",\"what\":");
  out.quoted(name_in(event_names, static_cast<std::size_t>(what.what)));
  if (what.shard) {
    out.raw(",\"shard\":").number(static_cast<std::int64_t>(*what.shard));
  }
  if (what.device != device_id{}) {
    out.raw(",\"device\":").id(what.device.value);
  }
  if (what.what == recorded::command) {
    out.raw(",\"name\":").quoted(command_name(what.kind));
    out.raw(",\"from\":").quoted(name_in(sender_names, what.sender));
    out.raw(",\"outcome\":")
        .quoted(what.under_way ? "under way"
                : what.refusal ? "refused"
                               : "done");
    out.raw(",\"rows\":").number(what.count);
  } else if (what.what == recorded::commit) {
    out.raw(",\"commit\":").number(static_cast<std::int64_t>(what.detail));
    out.raw(",\"changes\":").number(what.count);
  } else if (what.detail != 0) {
    out.raw(",\"epoch\":").number(static_cast<std::int64_t>(what.detail));
  }
  if (what.refusal) {
    out.raw(",\"why\":").quoted(name_in(refusal_names, static_cast<std::size_t>(*what.refusal)));
  }
  return out.raw("}").text();
}

} // namespace muster
