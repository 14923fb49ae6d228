#include "tools/inspect/store_commands.hpp"

#include "persistence/rocksdb/inspection/data_folder.hpp"
#include "persistence/rocksdb/inspection/find_device.hpp"
#include "persistence/rocksdb/inspection/row_json.hpp"
#include "persistence/rocksdb/inspection/row_kinds.hpp"
#include "persistence/rocksdb/inspection/store_check.hpp"
#include "tools/import/progress.hpp"
#include "tools/inspect/exit_status.hpp"
#include "tools/inspect/table.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <iostream>
#include <memory>

namespace muster::inspect {

namespace {

using nlohmann::ordered_json;
using persistence::data_folder;

constexpr unsigned progress_steps = 1'000;

struct store_options {
  std::string data = "data";
  bool json = false;
  bool secrets = false;
  std::string family;
  std::string key;
  std::string device;
  std::size_t limit = 0;
  std::int64_t rpc_retention = 7 * 24 * 3600;
  unsigned threads = 0;
};

int complain(const error& why) {
  std::cerr << "muster-inspect: " << why.message << '\n';
  return failed;
}

/// Runs `work` over the opened folder.
template <class Work>
int with_data(const store_options& given, Work work) {
  auto data = data_folder::open(given.data);
  if (!data) {
    return complain(data.error());
  }
  const result<int> done = work(**data);
  return done ? *done : complain(done.error());
}

/// Prints rows, one line of JSON each, at most `limit` (0: all).
result<int> print_rows(data_folder& data, const store_options& given, const std::string& family,
                       const std::string& prefix) {
  std::size_t printed = 0;
  int status = fine;
  auto done = data.scan(family, prefix, [&](std::string_view key, std::string_view row) {
    const auto line = persistence::row_json(family, key, row, given.secrets);
    if (line) {
      std::cout << *line << '\n';
    } else {
      std::cerr << line.error().message << '\n';
      status = problems_found;
    }
    return given.limit == 0 || ++printed < given.limit;
  });
  return done.map([&] { return status; });
}

void print_sizes(const std::vector<persistence::stored_size>& sizes, bool as_json) {
  if (as_json) {
    auto all = ordered_json::array();
    for (const auto& one : sizes) {
      all.push_back({{"name", one.name}, {"bytes", one.bytes}});
    }
    std::cout << all.dump() << '\n';
    return;
  }
  table shown({"family", "on disk"});
  for (const auto& one : sizes) {
    shown.add({one.name, bytes_text(one.bytes)});
  }
  shown.print(std::cout);
}

int size(const store_options& given) {
  return with_data(given, [&](data_folder& data) {
    auto sizes =
        given.device.empty()
            ? data.sizes()
            : persistence::find_device(data, given.device).and_then([&](const device_id& id) {
                return data.sizes(id);
              });
    return sizes.map([&](const auto& all) {
      print_sizes(all, given.json);
      return static_cast<int>(fine);
    });
  });
}

int list(const store_options& given) {
  return with_data(given, [&](data_folder& data) {
    return persistence::count_kinds(data).map([&](const auto& kinds) {
      auto all = ordered_json::array();
      table shown({"family", "kind", "rows", "bytes"});
      for (const auto& one : kinds) {
        all.push_back(
            {{"family", one.family}, {"kind", one.kind}, {"rows", one.rows}, {"bytes", one.bytes}});
        shown.add({one.family, one.kind, std::to_string(one.rows), bytes_text(one.bytes)});
      }
      if (given.json) {
        std::cout << all.dump() << '\n';
      } else {
        shown.print(std::cout);
      }
      return static_cast<int>(fine);
    });
  });
}

int get(const store_options& given) {
  return with_data(given, [&](data_folder& data) -> result<int> {
    const auto key = persistence::key_from_text(given.key);
    if (!key) {
      return tl::unexpected(key.error());
    }
    const auto row = data.get(given.family, *key);
    if (!row) {
      return tl::unexpected(row.error());
    }
    if (!*row) {
      return fail(error_code::not_found, "there is no row of that key");
    }
    return persistence::row_json(given.family, *key, **row, given.secrets)
        .map([](const auto& line) {
          std::cout << line << '\n';
          return static_cast<int>(fine);
        });
  });
}

int scan(const store_options& given) {
  return with_data(given, [&](data_folder& data) -> result<int> {
    const auto prefix = persistence::key_from_text(given.key);
    return prefix ? print_rows(data, given, given.family, *prefix) : tl::unexpected(prefix.error());
  });
}

int device(const store_options& given) {
  return with_data(given, [&](data_folder& data) -> result<int> {
    const auto id = persistence::find_device(data, given.device);
    if (!id) {
      return tl::unexpected(id.error());
    }
    const std::string prefix = persistence::key_of_device(*id);
    return print_rows(data, given, "devices", prefix).and_then([&](int status) {
      auto newest = given;
      newest.limit = given.limit == 0 ? 10 : given.limit;
      return print_rows(data, newest, "timeseries", prefix).map([&](int other) {
        return std::max(status, other);
      });
    });
  });
}

void print_report(const persistence::store_check_report& found, bool as_json) {
  if (as_json) {
    const ordered_json out{{"devices", found.devices},
                           {"history_rows", found.history_rows},
                           {"directory_rows", found.directory_rows},
                           {"problem_count", found.problem_count},
                           {"problems", found.problems}};
    std::cout << out.dump(-1, ' ', false, ordered_json::error_handler_t::replace) << '\n';
    return;
  }
  for (const auto& one : found.problems) {
    std::cout << one << '\n';
  }
  if (found.problems.size() < found.problem_count) {
    std::cout << "... and " << found.problem_count - found.problems.size() << " more\n";
  }
  std::cout << found.devices << " devices, " << found.history_rows << " rows of history, "
            << found.directory_rows << " rows of the directory: "
            << (found.problem_count == 0 ? "all is well"
                                         : std::to_string(found.problem_count) + " problems")
            << '\n';
}

int check(const store_options& given) {
  return with_data(given, [&](data_folder& data) {
    persistence::store_check_options options;
    options.now = system_clock_source().now().wall;
    options.rpc_retention_seconds = given.rpc_retention;
    options.threads = given.threads;
    import::progress shown("Checking", progress_steps);
    std::mutex lock;
    std::uint64_t before = 0;
    auto found = persistence::check_store(data, options, [&](double share) {
      const std::lock_guard guard(lock);
      const auto now = static_cast<std::uint64_t>(share * progress_steps);
      shown.add(now - std::min(now, before));
      before = std::max(now, before);
    });
    shown.finish();
    return found.map([&](const auto& report) {
      print_report(report, given.json);
      return static_cast<int>(report.problem_count == 0 ? fine : problems_found);
    });
  });
}

/// Adds one command below `store`.
CLI::App& command(CLI::App& store, const char* name, const char* what, const char* example,
                  const std::shared_ptr<store_options>& given, int& status,
                  int (*run)(const store_options&)) {
  auto& added = *store.add_subcommand(name, what);
  added.footer(std::string("Example: muster-inspect store ") + example);
  added.add_option("--data", given->data, "The node's data folder")
      ->envname("MUSTER_DATA_DIR")
      ->capture_default_str();
  added.callback([given, &status, run] { status = run(*given); });
  return added;
}

} // namespace

CLI::App& add_store_commands(CLI::App& to, int& status) {
  auto given = std::make_shared<store_options>();
  auto& store = *to.add_subcommand("store", "Read a data folder that no node uses, or a backup");
  store.require_subcommand(1);
  const auto family = [&](CLI::App& at) {
    at.add_option("family", given->family, "devices, timeseries, due or directory")
        ->required()
        ->check(CLI::IsMember(data_folder::families()));
  };
  const auto secrets = [&](CLI::App& at) {
    at.add_flag("--secrets", given->secrets, "Show tokens, keys and hashes of passwords");
  };
  const auto as_json = [&](CLI::App& at) { at.add_flag("--json", given->json, "For programs"); };

  auto& ls = command(store, "ls", "How many rows of each kind there are; reads all of them",
                     "ls --data /var/lib/muster", given, status, list);
  as_json(ls);

  auto& one = command(store, "get", "One row", "get directory 00", given, status, get);
  family(one);
  one.add_option("key", given->key, "The key, hexadecimal as scan shows it")->required();
  secrets(one);

  auto& rows = command(store, "scan", "Rows in the order of their keys, a line of JSON each",
                       "scan directory 01 --limit 5", given, status, scan);
  family(rows);
  rows.add_option("prefix", given->key, "Only keys that begin so, hexadecimal");
  rows.add_option("--limit", given->limit, "Rows at most; 0: all");
  secrets(rows);

  auto& all = command(store, "device", "All rows of a device, and its newest history",
                      "device \"Thermometer 1\"", given, status, device);
  all.add_option("device", given->device, "Its name, identifier or token")->required();
  all.add_option("--limit", given->limit, "Rows at most of each kind; 0: all, of history ten");
  secrets(all);

  auto& checked = command(store, "check",
                          "Whether every row can be read, every index agrees and counts are right",
                          "check --json", given, status, check);
  as_json(checked);
  checked
      .add_option("--rpc.retention", given->rpc_retention,
                  "Seconds that the node keeps done RPCs: older ones may be gone in part")
      ->capture_default_str();
  checked.add_option("--threads", given->threads, "0: one for each processor");

  auto& sizes = command(store, "size", "How much the store takes, by family or of one device",
                        "size --device \"Thermometer 1\"", given, status, size);
  sizes.add_option("--device", given->device, "Its name, identifier or token");
  as_json(sizes);
  return store;
}

} // namespace muster::inspect
