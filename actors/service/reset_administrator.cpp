#include "actors/service/reset_administrator.hpp"

#include "actors/directory/directory.hpp"
#include "actors/service/bootstrap.hpp"
#include "actors/service/open_store.hpp"
#include "actors/service/password.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace muster {

namespace {

/// The administrator with another password, and what ends his tokens.
result<persistence::write> new_password(const user& before, const std::string& password,
                                        timestamp now) {
  auto hash = hash_password(password);
  if (!hash) {
    return tl::unexpected(std::move(hash.error()));
  }
  user after = before;
  after.password_hash = std::move(*hash);
  // Also those of a change of password within the same second.
  after.tokens_valid_from = std::max(now + 1, before.tokens_valid_from + 1'000);
  ++after.version;
  persistence::write change;
  change.epoch = persistence::first_epoch;
  change.mutations = {persistence::put_user{before, after},
                      persistence::put_revocation{after.id.value, after.tokens_valid_from,
                                                  after.tokens_valid_from + longest_token_life}};
  return change;
}

} // namespace

result<std::string> reset_administrator(const service_options& options, const clock_source& clock) {
  std::error_code unreadable;
  if (!options.cluster.enabled() &&
      !std::filesystem::is_directory(options.data_dir + "/store", unreadable)) {
    // Opening would make one, in a folder whose name is mistyped.
    return fail(error_code::not_found,
                "There is no store in the data folder " + options.data_dir + ": see --data.dir");
  }
  auto store = open_store(options, clock);
  if (!store) {
    return tl::unexpected(std::move(store.error()));
  }
  const auto before = (*store)->find_user_by_email(administrator_email);
  if (!before) {
    return tl::unexpected(before.error());
  }
  if (!*before) {
    return fail(error_code::not_found, "There is no administrator yet: start the node");
  }
  std::string password = random_password();
  const auto written = new_password(**before, password, clock.now().wall);
  if (!written) {
    return tl::unexpected(written.error());
  }
  const auto outcome = (*store)->commit({&*written, 1}).front();
  if (outcome.what != persistence::write_outcome::kind::durable) {
    return tl::unexpected(outcome.why);
  }
  return password;
}

} // namespace muster
