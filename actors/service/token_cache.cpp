#include "actors/service/token_cache.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>

namespace muster {

namespace {

struct digest_context {
  // Fetched once: looking the algorithm up costs more than hashing a token.
  EVP_MD* algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  EVP_MD_CTX* context = EVP_MD_CTX_new();

  digest_context() = default;
  digest_context(const digest_context&) = delete;
  digest_context& operator=(const digest_context&) = delete;
  ~digest_context() {
    EVP_MD_CTX_free(context);
    EVP_MD_free(algorithm);
  }
};

/// Bits of the digest that neither the part nor the other choice uses.
std::size_t set_bits(const token_digest& token, std::size_t choice) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, token.data() + (choice == 0 ? 1 : 8), sizeof bits);
  return bits;
}

} // namespace

token_digest digest_of(std::string_view token) {
  thread_local digest_context hashing;
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> whole{};
  if (EVP_DigestInit_ex2(hashing.context, hashing.algorithm, nullptr) != 1 ||
      EVP_DigestUpdate(hashing.context, token.data(), token.size()) != 1 ||
      EVP_DigestFinal_ex(hashing.context, whole.data(), nullptr) != 1) {
    // SHA-256 is part of every OpenSSL; without it no token can be told from another.
    std::abort();
  }
  token_digest digest;
  std::copy_n(whole.begin(), digest.size(), digest.begin());
  return digest;
}

token_cache::token_cache(std::size_t bound)
    : most_per_part_(std::bit_ceil(std::max<std::size_t>(bound, 4'096)) / parts),
      parts_(std::make_unique<std::array<part, parts>>()) {}

token_cache::part& token_cache::part_of(const token_digest& token) const {
  return (*parts_)[token[0] % parts];
}

token_cache::entry* token_cache::part::set_of(const token_digest& token, std::size_t choice) {
  return entries.data() + (set_bits(token, choice) & (entries.size() / ways - 1)) * ways;
}

token_cache::entry* token_cache::part::find(const token_digest& token) {
  for (std::size_t choice = 0; choice < choices; ++choice) {
    entry* set = set_of(token, choice);
    entry* found = std::find_if(set, set + ways, [&](const entry& item) {
      return item.owner.credentials_version != 0 && item.token == token;
    });
    if (found != set + ways) {
      return found;
    }
  }
  return nullptr;
}

token_cache::entry* token_cache::part::free_place(const token_digest& token, std::size_t choice) {
  entry* set = set_of(token, choice);
  entry* place = std::find_if(set, set + ways,
                              [](const entry& e) { return e.owner.credentials_version == 0; });
  return place == set + ways ? nullptr : place;
}

token_cache::entry* token_cache::part::make_room(const token_digest& token) {
  for (std::size_t choice = 0; choice < choices; ++choice) {
    entry* set = set_of(token, choice);
    for (entry* item = set; item != set + ways; ++item) {
      for (std::size_t other = 0; other < choices; ++other) {
        if (entry* place = free_place(item->token, other)) {
          *place = *item;
          return item;
        }
      }
    }
  }
  return nullptr;
}

void token_cache::part::grow() {
  std::vector<entry> old(entries.size() * 2);
  old.swap(entries);
  const std::size_t old_sets = old.size() / ways;
  for (std::size_t i = 0; i < old.size(); ++i) {
    const entry& item = old[i];
    if (item.owner.credentials_version != 0) {
      // By the choice it lay there for, a set's entries go to two sets that get no others, so there
      // is room for each.
      const bool first = (set_bits(item.token, 0) & (old_sets - 1)) == i / ways;
      *free_place(item.token, first ? 0 : 1) = item;
    }
  }
}

void token_cache::part::put(const entry& item, std::size_t most) {
  if (entry* known = find(item.token)) {
    *known = item;
    return;
  }
  for (;;) {
    entry* place = free_place(item.token, 0);
    place = place != nullptr ? place : free_place(item.token, 1);
    place = place != nullptr ? place : make_room(item.token);
    if (place == nullptr && entries.size() * 2 <= most) {
      grow();
      continue;
    }
    if (place == nullptr) {
      const std::uint32_t victim = next_victim++;
      place = set_of(item.token, victim % choices) + victim / choices % ways;
    }
    *place = item;
    return;
  }
}

std::optional<token_cache::known_owner> token_cache::find(const token_digest& token) const {
  part& home = part_of(token);
  std::lock_guard guard(home.mutex);
  entry* item = home.find(token);
  if (item == nullptr) {
    return std::nullopt;
  }
  return item->owner;
}

void token_cache::put(const token_digest& token, const known_owner& owner) {
  part& home = part_of(token);
  std::lock_guard guard(home.mutex);
  home.put({token, owner}, most_per_part_);
}

void token_cache::forget(const token_digest& token) {
  part& home = part_of(token);
  std::lock_guard guard(home.mutex);
  if (entry* item = home.find(token)) {
    item->owner.credentials_version = 0;
  }
}

void token_cache::forget(const std::unordered_set<device_id>& devices) {
  for (part& home : *parts_) {
    std::lock_guard guard(home.mutex);
    for (entry& item : home.entries) {
      if (item.owner.credentials_version != 0 && devices.contains(item.owner.device)) {
        item.owner.credentials_version = 0;
      }
    }
  }
}

} // namespace muster
