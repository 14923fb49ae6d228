// The packages' files, on a real disk.
#include "persistence/packages/checksum.hpp"
#include "persistence/packages/package_folder.hpp"
#include "tests/catch.hpp"
#include "tests/persistence/support/temporary_folder.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <set>

using namespace muster;
using namespace muster::persistence;
using muster::test::temporary_folder;

namespace {

const std::string hello_sha256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

struct folder_fixture {
  temporary_folder parent;
  std::string path = parent.path() + "/packages";
  std::unique_ptr<package_folder> folder = open();

  std::unique_ptr<package_folder> open(std::uint64_t min_free = 0) const {
    auto opened = package_folder::open(path, min_free);
    REQUIRE(opened);
    return std::move(*opened);
  }

  std::set<std::string> names() const {
    std::set<std::string> found;
    for (const auto& each : std::filesystem::directory_iterator{path})
      found.insert(each.path().filename());
    return found;
  }

  result<stored_package> store(const std::string& bytes,
                               checksum_algorithm algorithm = checksum_algorithm::sha256,
                               const std::optional<std::string>& wanted = std::nullopt,
                               std::optional<checksum_algorithm> expected = std::nullopt) const {
    auto incoming = folder->receive(expected);
    REQUIRE(incoming);
    REQUIRE((*incoming)->write(bytes.substr(0, bytes.size() / 2)));
    REQUIRE((*incoming)->write(bytes.substr(bytes.size() / 2)));
    return (*incoming)->finish(algorithm, wanted);
  }
};

result<bool> nobody(const content_digest&) {
  return false;
}

} // namespace

TEST_CASE("A package lies in a file named by its SHA-256") {
  folder_fixture at;
  const auto stored = at.store("hello");
  REQUIRE(stored);
  CHECK(stored->size == 5);
  CHECK(stored->checksum == hello_sha256);
  CHECK(at.names() == std::set{hello_sha256});
  const auto file = at.folder->find(stored->content);
  REQUIRE(file);
  CHECK((*file)->read(0, 5) == "hello");
  CHECK((*file)->read(1, 3) == "ell");
  CHECK((*file)->read(5, 0) == "");
  CHECK((*file)->read(3, 3).error().code == error_code::storage_unavailable);
}

TEST_CASE("The same bytes twice are one file, and a wrong third leaves it alone") {
  folder_fixture at;
  REQUIRE(at.store("hello"));
  REQUIRE(at.store("hello"));
  CHECK(!at.store("hello", checksum_algorithm::sha256, "00"));
  CHECK(at.names() == std::set{hello_sha256});
}

TEST_CASE("Checksums are by the algorithm asked for, named before the bytes or behind them") {
  folder_fixture at;
  const auto expected =
      GENERATE(std::optional<checksum_algorithm>{}, std::optional{checksum_algorithm::crc32},
               std::optional{checksum_algorithm::md5});
  const auto stored = at.store("hello", checksum_algorithm::crc32, "86A61036", expected);
  REQUIRE(stored);
  CHECK(stored->checksum == "86a61036");
}

TEST_CASE("A wrong checksum is refused in the reference's words and leaves nothing") {
  folder_fixture at;
  for (std::uint8_t which = 0; which <= 6; ++which) {
    const auto stored = at.store("hello", static_cast<checksum_algorithm>(which), "ffffffff");
    REQUIRE(!stored);
    CHECK(stored.error() == error{error_code::invalid, "Wrong otaPackage file!"});
  }
  CHECK(at.names().empty());
}

TEST_CASE("An upload that is given up leaves nothing") {
  folder_fixture at;
  {
    const auto incoming = at.folder->receive();
    REQUIRE((*incoming)->write("some"));
    CHECK(at.names().size() == 1);
  }
  CHECK(at.names().empty());
}

TEST_CASE("What a killed process left goes when the folder is opened") {
  folder_fixture at;
  REQUIRE(at.store("hello"));
  std::ofstream{at.path + "/upload-Ab12Cd"} << "half";
  at.folder = at.open();
  CHECK(at.names() == std::set{hello_sha256});
}

TEST_CASE("When too little of the disk would stay free, uploads are refused and leave nothing") {
  folder_fixture at;
  at.folder = at.open(std::numeric_limits<std::uint64_t>::max() / 2);
  const auto incoming = at.folder->receive();
  REQUIRE(incoming);
  CHECK((*incoming)->write("some").error().code == error_code::storage_unavailable);
  CHECK(at.names().empty());
  CHECK(!(*incoming)->write("more"));
}

TEST_CASE("Files without a record go, those with one or in use stay") {
  folder_fixture at;
  auto held = at.store("hello");
  REQUIRE(held);
  const auto used = at.store("used");
  REQUIRE(at.store("left"));
  std::ofstream{at.path + "/notes"} << "not ours";
  const auto is_used = [&](const content_digest& content) -> result<bool> {
    return content == used->content;
  };
  const auto open_file = at.folder->find(held->content);
  REQUIRE(at.folder->clean(is_used));
  CHECK(at.names() == std::set{std::string{"notes"}, hello_sha256, used->checksum});
  { const auto let_go = std::move(held->hold); }
  REQUIRE(at.folder->clean(is_used));
  CHECK(at.names() == std::set{std::string{"notes"}, used->checksum});
  CHECK(at.folder->find(held->content).error().code == error_code::not_found);
  // Who reads it reads on.
  CHECK((*open_file)->read(0, 5) == "hello");
}

TEST_CASE("Nothing is removed while nobody can say whether it is used") {
  folder_fixture at;
  { const auto stored = at.store("hello"); }
  CHECK(!at.folder->clean(
      [](const content_digest&) -> result<bool> { return fail(error_code::storage_unavailable); }));
  CHECK(at.names() == std::set{hello_sha256});
  REQUIRE(at.folder->clean(nobody));
  CHECK(at.names().empty());
}
