#include "actors/service/change_news.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <string>

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

} // namespace

change_news::change_news(persistence::postgres_store& rows, node_service& core, links& peers,
                         const clock_source& clock)
    : rows_(rows), core_(core), peers_(peers), clock_(clock), read_at_(clock.now().steady),
      reading_(read_every, [this] { read(); }) {}

bool change_news::fresh() const noexcept {
  return clock_.now().steady - read_at_ <= hints_last;
}

void change_news::hear(std::string_view news) {
  token_digest digest;
  if (!news.empty() && news[0] == look) {
    reading_.soon();
  } else if (news.size() == 1 + digest.size() && news[0] == token) {
    std::copy(news.begin() + 1, news.end(), digest.begin());
    core_.forget(digest);
  }
}

void change_news::changed(const token_digest& of) {
  std::string news(1, token);
  news.append(of.begin(), of.end());
  peers_.tell_all(news);
}

void change_news::tick() {
  if (changed_.exchange(false)) {
    peers_.tell_all(std::string(1, look));
  }
  const milliseconds now = clock_.now().steady;
  if (now >= next_distrust_ && !fresh()) {
    next_distrust_ = now + hints_last;
    core_.distrust_rules();
  }
}

void change_news::read() {
  const milliseconds begun = clock_.now().steady;
  const auto heard = rows_.read_changes(position_);
  const auto followed = heard ? follow(*heard) : tl::unexpected(heard.error());
  if (followed) {
    position_ = heard->next;
    read_at_ = begun;
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
      done = done.and_then([&] { return core_.reread(profile_id{note.id}); });
    } else if (note.what == kind::tenant) {
      done = done.and_then([&] { return core_.reread(tenant_id{note.id}); });
    } else if (note.what == kind::rule_chain) {
      done = done.and_then([&] { return core_.reread(rule_chain_id{note.id}); });
    }
    packages |= note.what == kind::package;
  }
  if (!devices.empty()) {
    core_.forget(devices);
  }
  if (packages) {
    core_.clean_packages();
  }
  return done.and_then([&] { return core_.reread_jobs(); });
}

} // namespace muster
