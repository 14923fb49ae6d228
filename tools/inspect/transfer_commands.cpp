#include "tools/inspect/transfer_commands.hpp"

#include "persistence/rocksdb/inspection/data_folder.hpp"
#include "persistence/rocksdb/inspection/find_device.hpp"
#include "persistence/rocksdb/transfer/export_line.hpp"
#include "persistence/rocksdb/transfer/package_pieces.hpp"
#include "persistence/rocksdb/transfer/store_export.hpp"
#include "persistence/rocksdb/transfer/store_import.hpp"
#include "tools/import/progress.hpp"
#include "tools/inspect/exit_status.hpp"
#include "tools/inspect/question.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>

namespace muster::inspect {

namespace {

using persistence::data_folder;

struct transfer_options {
  std::string data = "data";
  std::string device;
  bool secrets = false;
  bool no_packages = false;
  std::string folder;
  std::string file;
  bool replace = false;
  bool yes = false;
};

int complain(const std::string& why) {
  std::cerr << "muster-inspect: " << why << '\n';
  return failed;
}

/// Prints the lines of an export.
class export_printer {
public:
  explicit export_printer(bool complete) : complete_(complete) {}

  /// A row that cannot be read is told and left out: what can be saved is.
  result<void> print(std::string_view family, std::string_view key, std::string_view row) {
    const auto line = persistence::line_of(family, key, row, complete_);
    if (!line) {
      std::cerr << line.error().message << '\n';
      ++end_.unreadable;
      return {};
    }
    ++end_.rows;
    return print(*line);
  }

  /// Its bytes; those that are damaged or missing are told and left out.
  result<void> print(const std::string& folder, const package_info& package) {
    result<void> printed;
    const auto done =
        persistence::export_package(folder, package, [&](const persistence::exported_piece& piece) {
          ++end_.pieces;
          printed = print(persistence::line_of(piece));
          return printed;
        });
    if (!done && printed) {
      std::cerr << "the bytes of the package \"" << package.title << ' ' << package.release
                << "\" are left out: " << done.error().message << '\n';
      packages_left_out_ = true;
    }
    return printed;
  }

  result<void> print(const std::string& line) {
    std::cout << line << '\n';
    return std::cout ? result<void>()
                     : fail(error_code::storage_unavailable, "the export cannot be written");
  }

  result<int> finish() {
    std::cout << persistence::line_of(end_) << std::endl;
    return print_status();
  }

private:
  result<int> print_status() const {
    if (!std::cout) {
      return fail(error_code::storage_unavailable, "the export cannot be written");
    }
    return end_.unreadable == 0 && !packages_left_out_ ? fine : problems_found;
  }

  const bool complete_;
  persistence::export_end end_;
  bool packages_left_out_ = false;
};

result<int> export_from(data_folder& data, const transfer_options& given) {
  persistence::export_header header;
  header.complete = given.secrets;
  header.created = system_clock_source().now().wall;
  if (!given.device.empty()) {
    const auto device = persistence::find_device(data, given.device);
    if (!device) {
      return tl::unexpected(device.error());
    }
    header.device = *device;
  }
  export_printer lines(given.secrets);
  const auto print = [&](std::string_view family, std::string_view key, std::string_view row) {
    return lines.print(family, key, row);
  };
  persistence::package_visitor packages;
  // Of no use without the rows.
  if (given.secrets && !given.no_packages) {
    packages = [&](const package_info& one) { return lines.print(given.data, one); };
  }
  return lines.print(persistence::line_of(header))
      .and_then([&] {
        return header.device ? persistence::export_device(data, *header.device, print, packages)
                             : persistence::export_all(data, print, packages);
      })
      .and_then([&] { return lines.finish(); });
}

int export_rows(const transfer_options& given) {
  auto data = data_folder::open(given.data);
  if (!data) {
    return complain(data.error().message);
  }
  std::ios::sync_with_stdio(false);
  const auto done = export_from(**data, given);
  return done ? *done : complain(done.error().message);
}

std::string summary(const persistence::import_report& found) {
  return std::to_string(found.devices) + " devices (" + std::to_string(found.replaced) +
         " of them replaced), " + std::to_string(found.history_rows) + " rows of history, " +
         std::to_string(found.other_rows) + " other rows, the bytes of " +
         std::to_string(found.packages) + " packages; " + std::to_string(found.there_already) +
         " are there already";
}

int import_rows(const transfer_options& given) {
  std::ifstream from(given.file, std::ios::binary);
  if (!from) {
    return complain("there is no file " + given.file);
  }
  std::error_code unknown;
  const auto size = std::filesystem::file_size(given.file, unknown);
  import::progress shown("Reading", unknown ? 0 : size);
  std::uint64_t before = 0;
  auto read =
      persistence::store_import::read(from, given.folder, given.replace, [&](std::uint64_t bytes) {
        shown.add(bytes - before);
        before = bytes;
      });
  if (!read) {
    return complain(given.file + ": " + read.error().message + "; nothing was changed");
  }
  shown.finish();
  const auto& found = (*read)->report();
  for (const auto& note : found.notes) {
    std::cout << note << '\n';
  }
  if (!confirmed(given.yes, "Import " + summary(found) + ". Go on?")) {
    return complain("nothing was changed");
  }
  if (auto done = (*read)->put_in_place(); !done) {
    return complain(done.error().message);
  }
  std::cout << "Imported " << summary(found) << '\n';
  return fine;
}

} // namespace

void add_transfer_commands(CLI::App& store, int& status) {
  auto given = std::make_shared<transfer_options>();
  auto& saved = *store.add_subcommand(
      "export", "All that is stored, or all of a device with what it rests on, as lines of JSON");
  saved.footer("Example: muster-inspect store export \"Thermometer 1\" --secrets > thermometer");
  saved.add_option("device", given->device, "Its name, identifier or token; none: all");
  saved.add_option("--data", given->data, "The node's data folder, or a backup")
      ->envname("MUSTER_DATA_DIR")
      ->capture_default_str();
  saved.add_flag("--secrets", given->secrets,
                 "With tokens, keys, hashes of passwords and the exact rows, as an import needs "
                 "them: keep the file safe");
  saved.add_flag("--no-packages", given->no_packages,
                 "Without the bytes of packages, which are files in packages/ and may be copied");
  saved.callback([given, &status] { status = export_rows(*given); });

  auto& read = *store.add_subcommand(
      "import", "Bring an export into a data folder, all of it or nothing; asks first");
  read.footer("Example: muster-inspect store import /var/lib/muster thermometer");
  read.add_option("folder", given->folder,
                  "A data folder that no node uses, or a new one, which then has nothing else")
      ->required();
  read.add_option("file", given->file, "What `store export --secrets` has written")->required();
  read.add_flag("--replace", given->replace, "What is there already and differs gives way");
  read.add_flag("--yes", given->yes, "Do not ask");
  read.callback([given, &status] { status = import_rows(*given); });
}

} // namespace muster::inspect
