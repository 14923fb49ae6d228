#include "tools/inspect/restore_command.hpp"

#include "persistence/rocksdb/inspection/data_folder.hpp"

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <memory>

namespace muster::inspect {

namespace {

namespace fs = std::filesystem;

struct restore_options {
  std::string backup;
  std::string data;
};

int complain_of(const std::string& why) {
  std::cerr << "muster-inspect: " << why << '\n';
  return 1;
}

/// Copies, so that the backup stays what it is whatever the node does with its files.
int restore(const restore_options& given) {
  if (const auto whole = persistence::data_folder::open(given.backup); !whole) {
    return complain_of(whole.error().message);
  }
  std::error_code problem;
  if (fs::exists(given.data, problem) && !fs::is_empty(given.data, problem)) {
    return complain_of(given.data + " is not empty: a backup is restored to a new folder");
  }
  const fs::path unfinished = given.data + ".unfinished";
  fs::remove_all(unfinished, problem);
  fs::copy(given.backup, unfinished, fs::copy_options::recursive, problem);
  if (!problem) {
    fs::permissions(unfinished, fs::perms::owner_all, problem);
    fs::remove(unfinished / "lock", problem);
    // All that was copied, and the folders.
    ::sync();
    fs::remove(given.data, problem);
    fs::rename(unfinished, given.data, problem);
  }
  if (problem) {
    fs::remove_all(unfinished);
    return complain_of("the backup could not be copied to " + given.data + ": " +
                       problem.message());
  }
  std::cout << "Restored to " << given.data
            << ". Its owner must be the user that the node runs as.\n";
  return 0;
}

} // namespace

void add_restore_command(CLI::App& to, int& status) {
  auto given = std::make_shared<restore_options>();
  auto& added = *to.add_subcommand("restore", "Make a node's data folder of a backup");
  added.footer("Example: muster-inspect restore /var/backups/muster-2030-01-01 /var/lib/muster");
  added.add_option("backup", given->backup, "Folder that `backup` has written")->required();
  added.add_option("data", given->data, "The new data folder; nothing may be in it")->required();
  added.callback([given, &status] { status = restore(*given); });
}

} // namespace muster::inspect
