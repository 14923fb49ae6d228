#include "actors/service/bootstrap.hpp"

#include "actors/service/demo.hpp"
#include "actors/service/password.hpp"

#include <sys/random.h>

#include <cstdlib>

namespace muster {

namespace {

constexpr const char* key_setting = "signing_key";
constexpr std::size_t key_bytes = 64;

std::string random_key() {
  std::string key(key_bytes, '\0');
  if (getrandom(key.data(), key.size(), 0) != static_cast<ssize_t>(key.size())) {
    std::abort();
  }
  return key;
}

result<user> new_administrator(const std::string& password, timestamp now) {
  auto hash = hash_password(password);
  if (!hash) {
    return tl::unexpected(std::move(hash.error()));
  }
  user made;
  made.id = user_id{random_uuid()};
  made.created = now;
  made.role = authority::system_administrator;
  made.email = administrator_email;
  made.password_hash = std::move(*hash);
  return made;
}

result<void> commit_one(persistence::store& rows, persistence::write what) {
  what.epoch = persistence::first_epoch;
  const auto outcomes = rows.commit({&what, 1});
  if (outcomes.front().what != persistence::write_outcome::kind::durable) {
    return tl::unexpected(outcomes.front().why);
  }
  return {};
}

result<bootstrap_outcome> first_start(persistence::store& rows, const clock_source& clock,
                                      bool demo) {
  const std::string password = demo ? "sysadmin" : random_password();
  bootstrap_outcome made{random_key(), demo ? std::string{} : password};
  auto administrator = new_administrator(password, clock.now().wall);
  if (!administrator) {
    return tl::unexpected(std::move(administrator.error()));
  }
  persistence::write first;
  first.mutations = {persistence::put_setting{key_setting, made.signing_key},
                     persistence::put_user{std::nullopt, std::move(*administrator)}};
  if (const auto written = commit_one(rows, std::move(first)); !written) {
    return tl::unexpected(written.error());
  }
  return made;
}

} // namespace

result<bootstrap_outcome> bootstrap(persistence::store& rows, const clock_source& clock,
                                    bool demo) {
  auto key = rows.read_setting(key_setting);
  if (!key) {
    return tl::unexpected(std::move(key.error()));
  }
  bootstrap_outcome outcome;
  if (*key) {
    outcome.signing_key = std::move(**key);
  } else if (auto first = first_start(rows, clock, demo)) {
    outcome = std::move(*first);
  } else {
    return first;
  }
  if (demo) {
    if (const auto made = make_demo(rows, clock); !made) {
      return tl::unexpected(made.error());
    }
  }
  return outcome;
}

} // namespace muster
