// The program itself, on a store that a later version has written.
#include "actors/model/shard.hpp"
#include "persistence/encoding/keys.hpp"
#include "persistence/encoding/rows.hpp"
#include "persistence/rocksdb/rocksdb_store.hpp"
#include "tests/actors_service/temporary_folder.hpp"
#include "tests/catch.hpp"

#include <sys/wait.h>

#include <cstdio>

namespace muster::persistence {

namespace {

/// Makes a store and has a later version write its format row.
void make_newer_store(const std::string& path) {
  rocksdb_options options;
  options.path = path;
  const rocksdb_hooks hooks;
  const system_clock_source clock;
  REQUIRE(rocks::rocksdb_store::open(options, hooks, clock));
  std::string row;
  encode(format_row{7, 5, shard_count}, row);
  const auto key = keys::of_directory(keys::directory_kind::format);
  const auto below =
      rocks::database::open(path + "/store", rocks::tune(options, hooks, clock)).value();
  REQUIRE(below->db()
              .Put({}, below->of(rocks::family::directory), rocks::slice(key), rocks::slice(row))
              .ok());
}

struct outcome {
  int exit_code = -1;
  std::string said;
};

outcome run_node(const std::string& data_dir) {
  const std::string line =
      std::string(MUSTER_NODE) + " --http.port 0 --data.dir " + data_dir + " 2>&1";
  FILE* output = popen(line.c_str(), "r");
  REQUIRE(output != nullptr);
  outcome made;
  char block[4096];
  while (const auto count = std::fread(block, 1, sizeof block, output)) {
    made.said.append(block, count);
  }
  const int status = pclose(output);
  made.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return made;
}

} // namespace

TEST_CASE("the node refuses a store of a newer format and says why") {
  const temporary_folder folder;
  make_newer_store(folder.path() + "/data");
  for (const char* attempt : {"first", "second: the first has left it as it was"}) {
    INFO(attempt);
    const auto ended = run_node(folder.path() + "/data");
    CHECK(ended.exit_code == 1);
    CHECK(ended.said.find("the data was written by a newer version of the program (format 7); "
                          "this one reads formats up to 3") != std::string::npos);
    CHECK(ended.said.find("has the password") == std::string::npos);
  }
}

} // namespace muster::persistence
