#include "actors/service/bootstrap.hpp"

#include "actors/model/random.hpp"
#include "actors/rules/chains/default_chain.hpp"
#include "actors/service/demo.hpp"
#include "actors/service/password.hpp"

namespace muster {

namespace {

constexpr const char* key_setting = "signing_key";
constexpr std::size_t key_bytes = 64;

std::string random_key() {
  std::string key(key_bytes, '\0');
  random_bytes(key.data(), key.size());
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

/// False: another node of the cluster has made it meanwhile.
result<bool> make_once(persistence::store& rows, persistence::mutation what,
                       decltype(persistence::precondition::what) unless) {
  persistence::write one;
  one.epoch = persistence::first_epoch;
  one.mutations.push_back(std::move(what));
  one.preconditions.push_back({std::move(unless), {error_code::already_exists, {}}});
  const auto outcome = rows.commit({&one, 1}).front();
  if (outcome.what == persistence::write_outcome::kind::refused) {
    return false;
  }
  if (outcome.what != persistence::write_outcome::kind::durable) {
    return tl::unexpected(outcome.why);
  }
  return true;
}

result<bool> add_administrator(persistence::store& rows, const clock_source& clock,
                               const std::string& password) {
  auto made = new_administrator(password, clock.now().wall);
  if (!made) {
    return tl::unexpected(std::move(made.error()));
  }
  return make_once(rows, persistence::put_user{std::nullopt, std::move(*made)},
                   persistence::email_free{administrator_email});
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
  std::string key = random_key();
  const auto made = make_once(rows, persistence::put_setting{key_setting, key},
                              persistence::setting_free{key_setting});
  if (!made) {
    return tl::unexpected(made.error());
  }
  return *made ? result<std::string>(std::move(key)) : signing_key(rows);
}

/// Unless it has one.
result<void> make_root_chain(persistence::store& rows, const clock_source& clock,
                             const tenant& of) {
  const auto present = rows.find_root_rule_chain(of.id);
  if (!present || *present) {
    return present.map([](const auto&) {});
  }
  const persistence::put_rule_chain made{std::nullopt, default_root_chain(of.id, clock.now().wall)};
  return make_once(rows, made, persistence::root_chain_free{of.id}).map([](bool) {});
}

result<void> make_root_chains(persistence::store& rows, const clock_source& clock) {
  page_link link;
  link.size = 1'000;
  for (;; ++link.page) {
    const auto tenants = rows.list_tenants(link);
    if (!tenants) {
      return tl::unexpected(tenants.error());
    }
    for (const tenant& one : tenants->data) {
      if (auto made = make_root_chain(rows, clock, one); !made) {
        return made;
      }
    }
    if (!tenants->has_next) {
      return {};
    }
  }
}

result<void> make_demo_users(persistence::store& rows, const clock_source& clock) {
  const auto there = has_administrator(rows);
  if (!there) {
    return tl::unexpected(there.error());
  }
  if (!*there) {
    if (const auto made = add_administrator(rows, clock, "sysadmin"); !made) {
      return tl::unexpected(made.error());
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
  if (key) {
    if (const auto made = make_root_chains(rows, clock); !made) {
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
  return add_administrator(rows, clock, password).map([&](bool made) {
    return made ? std::move(password) : std::string{};
  });
}

} // namespace muster
