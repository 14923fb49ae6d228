#include "actors/service/change_news.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <string>
#include <utility>

namespace muster {

namespace {

constexpr std::chrono::milliseconds read_every{1'000};
/// Hints live on for so long after the log was read.
constexpr milliseconds hints_last = 5'000;

// The first byte of what peers tell each other; others are of newer nodes.

/// The directory has changed: the log is worth a look.
constexpr char look = 'L';
/// A device's token, by its digest, is not what it was.
constexpr char token = 'T';
/// With a number: whoever hears it is asked to say when it follows what is durable now.
constexpr char question = 'Q';
/// With that number and who asked: it does.
constexpr char answer = 'A';

constexpr std::size_t number_size = 8;

std::string numbered(char kind, std::uint64_t number) {
  std::string news(1, kind);
  for (std::size_t at = number_size; at-- > 0;) {
    news.push_back(static_cast<char>(number >> (8 * at)));
  }
  return news;
}

std::uint64_t number_of(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char byte : bytes.substr(0, number_size)) {
    number = number << 8 | static_cast<unsigned char>(byte);
  }
  return number;
}

} // namespace

change_news::change_news(dependencies needs)
    : needs_(std::move(needs)), read_at_(needs_.clock.now().steady),
      reading_(read_every, [this] { read(); }) {}

bool change_news::fresh() const noexcept {
  return needs_.clock.now().steady - read_at_ <= hints_last;
}

void change_news::hear(const node_ref& from, std::string_view news) {
  const char kind = news.empty() ? '\0' : news[0];
  const std::string_view rest = news.substr(std::min<std::size_t>(1, news.size()));
  token_digest digest;
  if (kind == look) {
    reading_.soon();
  } else if (kind == token && rest.size() == digest.size()) {
    std::copy(rest.begin(), rest.end(), digest.begin());
    needs_.core.forget(digest);
  } else if (kind == question && rest.size() == number_size) {
    hear_question(from, number_of(rest));
  } else if (kind == answer && rest.size() > number_size &&
             rest.substr(number_size) == persistence::to_text(needs_.self)) {
    needs_.obeyed(from, number_of(rest));
  }
}

void change_news::hear_question(const node_ref& from, std::uint64_t number) {
  {
    const std::lock_guard guard(asked_lock_);
    auto& highest = asked_[from];
    highest = std::max(highest, number);
  }
  reading_.soon();
}

void change_news::ask(std::uint64_t number) {
  needs_.peers.tell_all(numbered(question, number));
}

void change_news::changed(const token_digest& of) {
  std::string news(1, token);
  news.append(of.begin(), of.end());
  needs_.peers.tell_all(news);
}

void change_news::tick() {
  if (changed_.exchange(false)) {
    needs_.peers.tell_all(std::string(1, look));
  }
  const milliseconds now = needs_.clock.now().steady;
  if (now >= next_distrust_ && !fresh()) {
    next_distrust_ = now + hints_last;
    needs_.core.distrust_rules();
  }
}

void change_news::read() {
  const milliseconds begun = needs_.clock.now().steady;
  std::map<node_ref, std::uint64_t> asked;
  {
    const std::lock_guard guard(asked_lock_);
    asked = std::exchange(asked_, {});
  }
  const auto heard = needs_.rows.read_changes(position_);
  const auto followed = heard ? follow(*heard) : tl::unexpected(heard.error());
  if (followed) {
    position_ = heard->next;
    read_at_ = begun;
    for (const auto& [who, number] : asked) {
      needs_.peers.tell_all(numbered(answer, number) + persistence::to_text(who));
    }
  } else if (!failing_) {
    spdlog::warn("What other nodes have changed could not be read: {}", followed.error().message);
  }
  failing_ = !followed;
}

result<void> change_news::follow(const persistence::change_notes& heard) {
  using kind = persistence::change_note::kind;
  std::unordered_set<device_id> devices;
  bool packages = false;
  result<void> done;
  for (const auto& note : heard.notes) {
    if (note.what == kind::device) {
      devices.insert(device_id{note.id});
    } else if (note.what == kind::profile) {
      done = done.and_then([&] { return needs_.core.reread(profile_id{note.id}); });
    } else if (note.what == kind::tenant) {
      done = done.and_then([&] { return needs_.core.reread(tenant_id{note.id}); });
    } else if (note.what == kind::rule_chain) {
      done = done.and_then([&] { return needs_.core.reread(rule_chain_id{note.id}); });
    } else if (note.what == kind::entity_attribute || note.what == kind::customer) {
      needs_.core.forget_attributes(note.id);
    }
    packages |= note.what == kind::package;
  }
  if (!devices.empty()) {
    needs_.core.forget(devices);
  }
  if (packages) {
    needs_.core.clean_packages();
  }
  return done.and_then([&] { return needs_.core.reread_jobs(); });
}

} // namespace muster
