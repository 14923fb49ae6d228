// The seven checksums against known vectors, and against themselves however the bytes are cut.
#include "persistence/packages/checksum.hpp"
#include "tests/catch.hpp"

#include <rapidcheck.h>

#include <map>
#include <vector>

using namespace muster;
using namespace muster::persistence;

namespace {

std::string sum(checksum_algorithm which, const std::vector<std::string>& pieces) {
  const auto made = make_checksum(which);
  for (const auto& piece : pieces)
    made->add(piece);
  return hexadecimal(made->finish());
}

} // namespace

TEST_CASE("Checksums are those of the wire") {
  using enum checksum_algorithm;
  const std::map<checksum_algorithm, std::pair<std::string, std::string>> known{
      {md5, {"25f9e794323b453885f5181f1b624d0b", "5d41402abc4b2a76b9719d911017c592"}},
      {sha256,
       {"15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225",
        "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"}},
      {crc32, {"2639f4cb", "86a61036"}},
      {murmur3_32, {"82f3feb4", "47fa8b24"}},
      {murmur3_128, {"a4cc66db5e64843c05a11e3ac7faf899", "029bbd41b3a7d8cb191dae486a901e5b"}},
  };
  for (const auto& [which, sums] : known) {
    CHECK(sum(which, {"123456789"}) == sums.first);
    CHECK(sum(which, {"hello"}) == sums.second);
  }
  CHECK(sum(sha384, {"hello"}).starts_with("59e1748777448c69de6b800d7a33bbfb9ff1b463e44354c3553b"));
  CHECK(sum(sha512, {"hello"}).starts_with("9b71d224bd62f3785d96d46ad3ea3d73319bfbc2890caadae2df"));
}

TEST_CASE("Checksums of nothing") {
  using enum checksum_algorithm;
  CHECK(sum(md5, {}) == "d41d8cd98f00b204e9800998ecf8427e");
  CHECK(sum(crc32, {}) == "00000000");
  CHECK(sum(murmur3_32, {}) == "00000000");
  CHECK(sum(murmur3_128, {}) == "00000000000000000000000000000000");
}

TEST_CASE("A checksum does not depend on how its bytes are cut") {
  rc::check([](const std::vector<std::string>& pieces) {
    std::string whole;
    for (const auto& piece : pieces)
      whole += piece;
    for (std::uint8_t which = 0; which <= 6; ++which) {
      const auto algorithm = static_cast<checksum_algorithm>(which);
      RC_ASSERT(sum(algorithm, pieces) == sum(algorithm, {whole}));
    }
  });
}
