#include "actors/service/token_lookup.hpp"

#include <utility>

namespace muster {

void token_lookup::find(std::string token, callback found) {
  const token_digest digest = digest_of(token);
  {
    std::unique_lock lock(mutex_);
    const auto known = waiting_.find(digest);
    if (known != waiting_.end() && known->second.size() < most_waiting) {
      known->second.push_back(std::move(found));
      return;
    }
    if (known != waiting_.end() || waiting_.size() >= most_reads) {
      lock.unlock();
      return found(fail(error_code::overloaded));
    }
    waiting_[digest].push_back(std::move(found));
  }
  if (!read_([this, digest, token = std::move(token)] { finish(digest, read(digest, token)); })) {
    finish(digest, fail(error_code::overloaded));
  }
}

result<std::optional<token_owner>> token_lookup::read(const token_digest& digest,
                                                      const std::string& token) {
  const std::uint64_t before = changes_;
  const auto row = rows_.find_token(token);
  if (!row) {
    return tl::unexpected(row.error());
  }
  if (!*row) {
    cache_.forget(digest);
    return std::nullopt;
  }
  // Rows of an earlier format do not tell.
  tenant_id tenant = (*row)->tenant;
  profile_id profile = (*row)->profile;
  if (tenant == tenant_id{}) {
    const auto device = rows_.read_device_info((*row)->device);
    if (!device) {
      return tl::unexpected(device.error());
    }
    if (!*device) {
      return std::nullopt;
    }
    tenant = (*device)->tenant;
    profile = (*device)->profile;
  }
  const auto rules = rules_.get(tenant, profile);
  if (!rules) {
    return tl::unexpected(rules.error());
  }
  cache_.put(digest,
             {(*row)->device, (*row)->credentials_version, (*rules)->number(), (*row)->type});
  if (changes_ != before) {
    cache_.forget(digest);
  }
  return token_owner{(*row)->device, (*row)->credentials_version, *rules, (*row)->type};
}

void token_lookup::changed(const token_digest& token) {
  ++changes_;
  cache_.forget(token);
}

void token_lookup::changed(const std::unordered_set<device_id>& devices) {
  ++changes_;
  cache_.forget(devices);
}

void token_lookup::finish(const token_digest& digest,
                          const result<std::optional<token_owner>>& outcome) {
  std::vector<callback> callers;
  {
    std::lock_guard guard(mutex_);
    callers = std::move(waiting_.extract(digest).mapped());
  }
  for (const callback& found : callers) {
    found(outcome);
  }
}

} // namespace muster
