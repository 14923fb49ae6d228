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

result<void> add_administrator(persistence::store& rows, const clock_source& clock,
                               const std::string& password) {
  auto made = new_administrator(password, clock.now().wall);
  if (!made) {
    return tl::unexpected(std::move(made.error()));
  }
  persistence::write what;
  what.mutations = {persistence::put_user{std::nullopt, std::move(*made)}};
  return commit_one(rows, std::move(what));
}

result<bool> has_administrator(persistence::store& rows) {
  return rows.find_user_by_email(administrator_email).map([](const auto& found) {
    return found.has_value();
  });
}

result<std::string> signing_key(persistence::store& rows) {
  auto stored = rows.read_setting(key_setting);
  if (!stored) {
    return tl::unexpected(std::move(stored.error()));
  }
  if (*stored) {
    return std::move(**stored);
  }
  std::string made = random_key();
  persistence::write what;
  what.mutations = {persistence::put_setting{key_setting, made}};
  return commit_one(rows, std::move(what)).map([&] { return std::move(made); });
}

result<void> make_demo_users(persistence::store& rows, const clock_source& clock) {
  const auto there = has_administrator(rows);
  if (!there) {
    return tl::unexpected(there.error());
  }
  if (!*there) {
    if (const auto made = add_administrator(rows, clock, "sysadmin"); !made) {
      return made;
    }
  }
  return make_demo(rows, clock);
}

} // namespace

result<std::string> bootstrap(persistence::store& rows, const clock_source& clock, bool demo) {
  auto key = signing_key(rows);
  if (key && demo) {
    if (const auto made = make_demo_users(rows, clock); !made) {
      return tl::unexpected(made.error());
    }
  }
  return key;
}

result<std::string> make_administrator(persistence::store& rows, const clock_source& clock) {
  const auto there = has_administrator(rows);
  if (!there) {
    return tl::unexpected(there.error());
  }
  if (*there) {
    return std::string{};
  }
  std::string password = random_password();
  return add_administrator(rows, clock, password).map([&] { return std::move(password); });
}

} // namespace muster
