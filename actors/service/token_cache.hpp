#pragma once

#include "actors/model/entity.hpp"
#include "actors/model/uuid.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace muster {

/// The first 16 bytes of a token's SHA-256: what the cache knows tokens by, so that a dump of its
/// memory lays no token open and all entries have one size.
using token_digest = std::array<std::uint8_t, 16>;
token_digest digest_of(std::string_view token);

/// Tokens that were found lately, 44 bytes each. Grows with what it holds up to its bound, then
/// forgets one for each new one. A hint: the device's actor compares the credentials' version.
/// Unknown tokens are never kept. All members thread-safe; each takes one of 16 locks for some
/// tens of nanoseconds.
class token_cache {
public:
  /// `bound`: most entries, rounded up to a power of two of at least 4096.
  explicit token_cache(std::size_t bound);

  /// What is kept of an owner: its rules by their number.
  struct known_owner {
    device_id device;
    std::uint32_t credentials_version = 0;
    std::uint32_t rules = 0;
    credentials_type type = credentials_type::access_token;
  };

  std::optional<known_owner> find(const token_digest& token) const;
  void put(const token_digest& token, const known_owner& owner);
  void forget(const token_digest& token);
  /// Forgets the tokens of all these devices; looks at every entry.
  void forget(const std::unordered_set<device_id>& devices);

private:
  struct entry {
    token_digest token{};
    /// Version 0: the place is free; versions begin at 1.
    known_owner owner;
  };
  static constexpr std::size_t ways = 8;
  static constexpr std::size_t choices = 2;
  static constexpr std::size_t parts = 16;

  /// Sets of eight places, two for each token: with one, a cache that is nearly as large as the
  /// fleet would miss every eighth token. Doubles when both are full, until the bound.
  struct part {
    std::mutex mutex;
    std::vector<entry> entries = std::vector<entry>(ways);
    std::uint32_t next_victim = 0;

    entry* set_of(const token_digest& token, std::size_t choice);
    /// Null when the set is full.
    entry* free_place(const token_digest& token, std::size_t choice);
    /// A place in a full set of the token, whose entry went to its other set; null: none can.
    entry* make_room(const token_digest& token);
    /// Null when it is not there.
    entry* find(const token_digest& token);
    void put(const entry& item, std::size_t most);
    void grow();
  };

  part& part_of(const token_digest& token) const;

  std::size_t most_per_part_;
  std::unique_ptr<std::array<part, parts>> parts_;
};

} // namespace muster
