#include "actors/service/change_news.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <string>

namespace muster {

namespace {

constexpr std::chrono::milliseconds read_every{1'000};

// The first byte of what peers tell each other; others are of newer nodes.

/// The directory has changed: the log is worth a look.
constexpr char look = 'L';
/// A device's token, by its digest, is not what it was.
constexpr char token = 'T';

} // namespace

change_news::change_news(persistence::postgres_store& rows, node_service& core, links& peers)
    : rows_(rows), core_(core), peers_(peers), reading_(read_every, [this] { read(); }) {}

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
}

void change_news::read() {
  const auto heard = rows_.read_changes(position_);
  const auto followed = heard ? follow(*heard) : tl::unexpected(heard.error());
  if (followed) {
    position_ = heard->next;
  } else if (!failing_) {
    spdlog::warn("What other nodes have changed could not be read: {}", followed.error().message);
  }
  failing_ = !followed;
}

result<void> change_news::follow(const persistence::change_notes& heard) {
  using kind = persistence::change_note::kind;
  std::unordered_set<device_id> devices;
  // What was read at the start may be older than the first position.
  bool revoked = position_ == 0;
  bool packages = false;
  result<void> done;
  for (const auto& note : heard.notes) {
    if (note.what == kind::device) {
      devices.insert(device_id{note.id});
    } else if (note.what == kind::profile) {
      done = done.and_then([&] { return core_.reread(profile_id{note.id}); });
    } else if (note.what == kind::tenant) {
      done = done.and_then([&] { return core_.reread(tenant_id{note.id}); });
    }
    packages |= note.what == kind::package;
    revoked |= note.what == kind::revocation;
  }
  if (!devices.empty()) {
    core_.forget(devices);
  }
  if (packages) {
    core_.clean_packages();
  }
  if (revoked) {
    done = done.and_then([&] { return core_.reread_revocations(); });
  }
  return done.and_then([&] { return core_.reread_jobs(); });
}

} // namespace muster
