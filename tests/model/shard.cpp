#include "actors/model/shard.hpp"

#include "tests/catch.hpp"

#include <algorithm>
#include <array>

using namespace muster;

TEST_CASE("the shard of a device never changes") {
  // Written into the data of every installation: these numbers must stay as they are.
  const auto shard = [](const char* text) {
    return static_cast<int>(shard_of(device_id{*parse_uuid(text)}));
  };
  CHECK(shard("00000000-0000-0000-0000-000000000000") == 220);
  CHECK(shard("13814000-1dd2-11b2-8080-808080808080") == 131);
  CHECK(shard("784f394c-42b6-435a-983c-b7beff2784f9") == 81);
  CHECK(shard("ffffffff-ffff-ffff-ffff-ffffffffffff") == 93);
}

TEST_CASE("devices spread evenly over the shards") {
  std::array<int, shard_count> devices{};
  for (int i = 0; i < 256'000; ++i) {
    ++devices[static_cast<std::size_t>(shard_of(device_id{random_uuid()}))];
  }
  // 1000 expected, standard deviation 32: ten of them are never reached by chance.
  CHECK(*std::min_element(devices.begin(), devices.end()) > 680);
  CHECK(*std::max_element(devices.begin(), devices.end()) < 1320);
}
