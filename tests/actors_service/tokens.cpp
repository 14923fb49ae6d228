#include "actors/rules/scripts/script_engine.hpp"
#include "actors/service/token_cache.hpp"
#include "actors/service/token_lookup.hpp"
#include "persistence/memory/memory_store.hpp"
#include "tests/actors_service/hand_clock.hpp"
#include "tests/catch.hpp"

#include <deque>

namespace muster {

namespace {

token_cache::known_owner owner(std::uint32_t version) {
  return {device_id{random_uuid()}, version};
}

/// A store with one device, and reads that wait until they are let go.
class lookups {
public:
  lookups() {
    persistence::write made;
    made.device = device;
    made.shard = shard_of(device);
    made.epoch = persistence::first_epoch;
    device_info info;
    info.id = device;
    credentials access;
    access.device = device;
    access.credentials_id = "known";
    made.mutations = {persistence::put_device{std::nullopt, info},
                      persistence::put_credentials{std::nullopt, access}};
    store->commit({&made, 1});
  }

  void run_reads() {
    while (!reads.empty()) {
      auto work = std::move(reads.front());
      reads.pop_front();
      work();
    }
  }

  hand_clock clock;
  device_id device{random_uuid()};
  std::unique_ptr<persistence::memory_store> store = persistence::make_memory_store(clock);
  script_engine scripts;
  rules_table rules{*store, scripts};
  token_cache cache{4'096};
  std::deque<std::function<void()>> reads;
  bool room = true;
  token_lookup find{*store, rules, cache, [this](std::function<void()> work) {
                      if (room) {
                        reads.push_back(std::move(work));
                      }
                      return room;
                    }};
};

} // namespace

TEST_CASE("the cache finds what was put and forgets what was forgotten") {
  token_cache cache(4'096);
  const auto digest = digest_of("A1_TEST_TOKEN");
  CHECK_FALSE(cache.find(digest));
  const auto first = owner(1);
  cache.put(digest, first);
  REQUIRE(cache.find(digest));
  CHECK(cache.find(digest)->device == first.device);
  cache.put(digest, {first.device, 2});
  CHECK(cache.find(digest)->credentials_version == 2);
  cache.forget(digest);
  CHECK_FALSE(cache.find(digest));
}

TEST_CASE("the cache keeps nearly all below its bound and never more than it") {
  token_cache cache(4'096);
  std::vector<token_digest> digests;
  for (int i = 0; i < 20'000; ++i) {
    digests.push_back(digest_of("token" + std::to_string(i)));
    cache.put(digests.back(), owner(1));
    if (i == 1'000) {
      for (const auto& digest : digests) {
        CHECK(cache.find(digest));
      }
    }
    REQUIRE(cache.find(digests.back()));
  }
  const auto kept = std::count_if(digests.begin(), digests.end(),
                                  [&](const auto& digest) { return cache.find(digest); });
  CHECK(kept <= 4'096);
  CHECK(kept > 3'500);
}

TEST_CASE("a cache that is hardly larger than the fleet keeps it") {
  token_cache cache(65'536);
  std::vector<token_digest> digests;
  for (int i = 0; i < 62'500; ++i) {
    digests.push_back(digest_of("token" + std::to_string(i)));
    cache.put(digests.back(), owner(1));
  }
  const auto kept = std::count_if(digests.begin(), digests.end(),
                                  [&](const auto& digest) { return cache.find(digest); });
  CHECK(kept > 62'000);
}

TEST_CASE("the digest is the beginning of SHA-256") {
  const auto digest = digest_of("abc");
  CHECK(digest[0] == 0xba);
  CHECK(digest[1] == 0x78);
  CHECK(digest[15] == 0x23);
}

TEST_CASE("look-ups of one token share a read, and found ones are cached") {
  lookups at;
  int answers = 0;
  for (int i = 0; i < 3; ++i) {
    at.find.find("known", [&](result<std::optional<token_owner>> found) {
      REQUIRE(found.has_value());
      REQUIRE(found->has_value());
      CHECK((*found)->device == at.device);
      ++answers;
    });
  }
  CHECK(at.reads.size() == 1);
  at.run_reads();
  CHECK(answers == 3);
  CHECK(at.cache.find(digest_of("known")));
}

TEST_CASE("unknown tokens are not cached, and drop what was") {
  lookups at;
  at.cache.put(digest_of("gone"), owner(1));
  bool unknown = false;
  at.find.find("gone", [&](result<std::optional<token_owner>> found) {
    unknown = found.has_value() && !found->has_value();
  });
  at.run_reads();
  CHECK(unknown);
  CHECK_FALSE(at.cache.find(digest_of("gone")));
}

TEST_CASE("guessing takes at most 256 reads, then answers overloaded") {
  lookups at;
  int refused = 0;
  const auto count = [&](result<std::optional<token_owner>> found) {
    refused += !found && found.error().code == error_code::overloaded;
  };
  for (int i = 0; i < 300; ++i) {
    at.find.find("guess" + std::to_string(i), count);
  }
  CHECK(refused == 44);
  at.run_reads();
  CHECK(refused == 44);
  at.room = false;
  at.find.find("known", count);
  CHECK(refused == 45);
}

TEST_CASE("a store that cannot read says so") {
  lookups at;
  at.store->fail_reads(1);
  error_code code = error_code::internal;
  at.find.find("known", [&](auto found) { code = found.error().code; });
  at.run_reads();
  CHECK(code == error_code::storage_unavailable);
}

TEST_CASE("tokens that wait are found together where the store can do that") {
  lookups at;
  std::vector<std::size_t> sizes;
  token_lookup together(
      *at.store, at.rules, at.cache,
      [&](std::function<void()> work) {
        at.reads.push_back(std::move(work));
        return true;
      },
      [&](std::span<const std::string> tokens) {
        sizes.push_back(tokens.size());
        std::vector<token_lookup::stored_owner> found;
        for (const auto& token : tokens) {
          found.push_back(at.store->find_token(token));
        }
        return found;
      });
  std::size_t unknown = 0;
  std::optional<device_id> known;
  for (int i = 0; i < 150; ++i) {
    together.find("unknown" + std::to_string(i),
                  [&](const auto& found) { unknown += found.value() ? 0 : 1; });
  }
  together.find("known", [&](const auto& found) { known = found.value()->device; });
  CHECK(at.reads.size() == 2);
  at.run_reads();
  CHECK(sizes == std::vector<std::size_t>{100, 51});
  CHECK(unknown == 150);
  CHECK(known == at.device);
  CHECK(at.cache.find(digest_of("known")));
  CHECK_FALSE(at.cache.find(digest_of("unknown1")));
}

} // namespace muster
