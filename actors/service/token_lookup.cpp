#include "actors/service/token_lookup.hpp"

#include <utility>

namespace muster {

token_lookup::token_lookup(persistence::store& rows, rules_table& rules, token_cache& cache,
                           run_blocking read, find_many many)
    : rows_(rows), rules_(rules), cache_(cache), find_many_(std::move(many)),
      most_tokens_(find_many_ ? most_together : most_alone),
      reads_(
          std::move(read),
          find_many_ ? gathered_reads<question>::limits{100, 2, most_tokens_}
                     : gathered_reads<question>::limits{1, most_tokens_, most_tokens_},
          [this](const std::vector<question>& questions) { this->read(questions); },
          [this](const question& refused) {
            finish(refused.digest, fail(error_code::overloaded));
          }) {}

void token_lookup::find(std::string token, callback found) {
  const token_digest digest = digest_of(token);
  {
    std::unique_lock lock(mutex_);
    const auto known = waiting_.find(digest);
    if (known != waiting_.end() && known->second.size() < most_waiting) {
      known->second.push_back(std::move(found));
      return;
    }
    if (known != waiting_.end() || waiting_.size() >= most_tokens_) {
      lock.unlock();
      return found(fail(error_code::overloaded));
    }
    waiting_[digest].push_back(std::move(found));
  }
  reads_.ask({digest, std::move(token)});
}

void token_lookup::read(const std::vector<question>& questions) {
  const std::uint64_t before = changes_;
  const auto found = find_rows(questions);
  for (std::size_t i = 0; i < questions.size(); ++i) {
    finish(questions[i].digest, owner_of(questions[i].digest, found[i], before));
  }
}

std::vector<token_lookup::stored_owner>
token_lookup::find_rows(const std::vector<question>& questions) const {
  std::vector<std::string> tokens;
  for (const auto& one : questions) {
    tokens.push_back(one.token);
  }
  if (find_many_) {
    return find_many_(tokens);
  }
  std::vector<stored_owner> found;
  for (const auto& one : tokens) {
    found.push_back(rows_.find_token(one));
  }
  return found;
}

result<std::optional<token_owner>>
token_lookup::owner_of(const token_digest& digest, const stored_owner& row, std::uint64_t before) {
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
