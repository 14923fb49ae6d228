#include "actors/service/local_packages.hpp"

#include "persistence/memory/memory_store.hpp"
#include "persistence/packages/checksum.hpp"
#include "tests/actors_service/hand_clock.hpp"
#include "tests/actors_service/temporary_folder.hpp"
#include "tests/catch.hpp"

#include <algorithm>
#include <atomic>
#include <future>
#include <map>

namespace muster {

namespace {

content_digest digest_of_bytes(const std::string& bytes) {
  const auto sum = persistence::make_checksum(checksum_algorithm::sha256);
  sum->add(bytes);
  const std::string sha256 = sum->finish();
  content_digest digest{};
  std::copy(sha256.begin(), sha256.end(), digest.begin());
  return digest;
}

/// What a cluster keeps; gives nothing before it is told to.
class slow_origin final : public persistence::package_origin {
public:
  explicit slow_origin(std::shared_future<void> open) : open_(std::move(open)) {}

  result<void> keep(const content_digest&, std::uint64_t,
                    const persistence::package_file&) override {
    return {};
  }
  result<void> fetch(const content_digest& content, persistence::incoming_package& copy) override {
    ++fetches;
    open_.wait();
    const auto found = kept.find(content);
    if (found == kept.end()) {
      return fail(error_code::not_found);
    }
    return copy.write(found->second);
  }
  result<void> clean() override { return {}; }

  std::map<content_digest, std::string> kept;
  std::atomic<int> fetches{0};

private:
  std::shared_future<void> open_;
};

struct packages_fixture {
  const temporary_folder folder;
  hand_clock clock;
  std::promise<void> gate;
  std::unique_ptr<persistence::memory_store> rows = persistence::make_memory_store(clock);
  slow_origin* origin = nullptr;
  std::unique_ptr<local_packages> packages;

  packages_fixture() {
    auto made = std::make_unique<slow_origin>(gate.get_future().share());
    origin = made.get();
    packages = std::make_unique<local_packages>(
        persistence::package_folder::open(folder.path() + "/packages", 0).value(), *rows,
        std::move(made));
  }

  std::future<result<std::string>> read(const content_digest& content, std::size_t size) {
    auto got = std::make_shared<std::promise<result<std::string>>>();
    packages->read({content, 0, size}, [got](result<package_piece> piece) {
      got->set_value(piece.map([](const package_piece& one) { return one.bytes; }));
    });
    return got->get_future();
  }

  uploaded_package upload(const std::string& bytes) {
    const auto uploading = packages->receive(std::nullopt);
    std::promise<result<uploaded_package>> done;
    uploading->write(bytes, [&](result<void>) {
      uploading->finish(checksum_algorithm::crc32, std::nullopt,
                        [&](auto stored) { done.set_value(std::move(stored)); });
    });
    return done.get_future().get().value();
  }
};

} // namespace

TEST_CASE("packages that are here are read while others are fetched") {
  packages_fixture at;
  const auto here = at.upload("here");
  std::vector<std::future<result<std::string>>> waiting;
  for (const std::string bytes : {"first", "second", "third"}) {
    const auto content = digest_of_bytes(bytes);
    at.origin->kept[content] = bytes;
    waiting.push_back(at.read(content, bytes.size()));
    waiting.push_back(at.read(content, bytes.size()));
  }
  CHECK(at.read(here.content, 4).get().value() == "here");
  at.gate.set_value();
  for (const auto* bytes : {"first", "second", "third"}) {
    CHECK(waiting[0].get().value() == bytes);
    CHECK(waiting[1].get().value() == bytes);
    waiting.erase(waiting.begin(), waiting.begin() + 2);
  }
  CHECK(at.origin->fetches == 3);
}

TEST_CASE("what the cluster does not keep either is not found") {
  packages_fixture at;
  at.upload("other");
  at.gate.set_value();
  const auto missing = at.read(digest_of_bytes("missing"), 1).get();
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().code == error_code::not_found);
}

} // namespace muster
