#include "tools/import/csv_source.hpp"
#include "tools/import/importer.hpp"
#include "tools/import/target.hpp"
#include "tools/import/thingsboard_source.hpp"

#include <CLI/CLI.hpp>

#include <csignal>
#include <iostream>

namespace {

using namespace muster;
using namespace muster::import;

/// Set by the signals that end the run.
std::atomic<bool> stopping = false;
static_assert(std::atomic<bool>::is_always_lock_free);

void stop(int) {
  stopping = true;
}

enum exit_status : int { all_done = 0, failed = 1, some_refused = 3 };

struct server_options {
  server_address where;
  login who;
};

struct options {
  server_options to;
  server_options from;
  importer_options work;
  std::string devices_file;
  std::string history_file;
  std::string delimiter = ",";
  std::string report = "muster-import-refused.csv";
  std::string journal = "muster-import.journal";
};

int complain(const error& why) {
  std::cerr << "muster-import: " << why.message << '\n';
  return failed;
}

void add_server(CLI::App& to, server_options& server, const std::string& name,
                const std::string& environment, const std::string& what) {
  to.add_option("--" + name, server.where.url, "URL of " + what)->required();
  to.add_option("--" + name + "-user", server.who.user, "Tenant administrator there")->required();
  to.add_option("--" + name + "-password", server.who.password,
                "Password; better given in the environment")
      ->envname("MUSTER_IMPORT_" + environment + "_PASSWORD")
      ->required();
  to.add_option("--" + name + "-ca", server.where.authorities,
                "File of certificates to trust, instead of the system's");
  to.add_flag("--" + name + "-insecure", server.where.insecure,
              "Do not check the server's certificate");
}

void add_common(CLI::App& to, options& given) {
  add_server(to, given.to, "to", "TO", "the node that gets the devices");
  to.add_option("--connections", given.work.connections, "Devices worked on at a time")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  to.add_option("--report", given.report, "File of what was refused, with the reasons")
      ->capture_default_str();
  to.add_option("--journal", given.journal,
                "File of what is done, by which a run that was broken off goes on")
      ->capture_default_str();
}

void without_last_slash(std::string& url) {
  while (!url.empty() && url.back() == '/') {
    url.pop_back();
  }
}

/// The last words of a run and its exit status.
int conclude(const import_summary& sum, const refusals& refused, journal& done) {
  std::cout << sum.made << " devices made, " << sum.was_there << " were there, " << sum.skipped
            << " done before, " << sum.points << " points of history, " << refused.count()
            << " refused\n";
  if (refused.count() > 0) {
    std::cout << "What was refused is in " << refused.file()
              << "; put it right and start again: only that is tried anew\n";
    return some_refused;
  }
  done.remove();
  return all_done;
}

void add_up(import_summary& sum, const import_summary& more) {
  sum.made += more.made;
  sum.was_there += more.was_there;
  sum.skipped += more.skipped;
  sum.points += more.points;
}

int run_csv(options& given) {
  std::unique_ptr<csv_source> devices;
  std::unique_ptr<csv_history> history;
  std::string identity = "to " + given.to.where.url;
  if (!given.devices_file.empty()) {
    auto opened = csv_source::open(given.devices_file, given.delimiter[0]);
    if (!opened) {
      return complain(opened.error());
    }
    devices = std::move(*opened);
    identity += ' ' + devices->identity();
  }
  if (!given.history_file.empty()) {
    auto opened = csv_history::open(given.history_file, given.delimiter[0]);
    if (!opened) {
      return complain(opened.error());
    }
    history = std::move(*opened);
    identity += ' ' + history->identity();
  }
  auto done = journal::open(given.journal, identity);
  if (!done) {
    return complain(done.error());
  }
  session to{given.to.where, given.to.who};
  refusals refused{given.report};
  importer work{to, **done, refused, given.work, stopping};
  import_summary sum;
  if (devices) {
    const auto imported = work.devices(*devices);
    if (!imported) {
      return complain(imported.error());
    }
    add_up(sum, *imported);
  }
  if (history) {
    const auto imported = work.history(*history);
    if (!imported) {
      return complain(imported.error());
    }
    add_up(sum, *imported);
  }
  return conclude(sum, refused, **done);
}

/// Profiles and customers first: devices name them.
result<void> bring_surroundings(thingsboard_source& from, session& target) {
  api to{target, stopping};
  const auto profiles = from.all("/api/deviceProfiles");
  if (!profiles) {
    return tl::unexpected(profiles.error());
  }
  const auto made = import_profiles(*profiles, to);
  if (!made) {
    return tl::unexpected(made.error());
  }
  const auto customers = from.all("/api/customers");
  if (!customers) {
    return tl::unexpected(customers.error());
  }
  if (auto brought = import_customers(*customers, to); !brought) {
    return brought;
  }
  std::cerr << made->size() << " of " << profiles->size() << " device profiles made, "
            << customers->size() << " customers looked at\n";
  return {};
}

int run_thingsboard(options& given) {
  session source_session{given.from.where, given.from.who};
  session to{given.to.where, given.to.who};
  auto from = thingsboard_source::open(source_session, stopping);
  if (!from) {
    return complain(from.error());
  }
  auto done = journal::open(given.journal, (*from)->identity() + " to " + given.to.where.url +
                                               (given.work.history ? " with history" : ""));
  if (!done) {
    return complain(done.error());
  }
  if (auto brought = bring_surroundings(**from, to); !brought) {
    return complain(brought.error());
  }
  refusals refused{given.report};
  const auto sum = importer{to, **done, refused, given.work, stopping}.devices(**from);
  return sum ? conclude(*sum, refused, **done) : complain(sum.error());
}

} // namespace

int main(int argc, char** argv) {
  CLI::App app{"Brings devices with their names, profiles, tokens and attributes to a Muster node. "
               "Devices keep their tokens, so firmware notices nothing. A run that was broken off "
               "goes on when it is started again.",
               "muster-import"};
  app.require_subcommand(1);
  app.footer("Exit status: 0 all is there, 1 the run was broken off, 3 some were refused.");
  options given;

  auto& csv = *app.add_subcommand("csv", "From a file of comma separated values");
  csv.add_option("FILE", given.devices_file,
                 "Columns: name, profile (or type), label, customer, token, client:KEY, "
                 "shared:KEY, server:KEY, telemetry:KEY");
  csv.add_option("--history", given.history_file,
                 "File of history: columns name, ts (milliseconds since 1970) and one a key");
  csv.add_option("--delimiter", given.delimiter, "What separates the fields")
      ->check([](const std::string& text) {
        return text.size() == 1 && text != "\"" && text != "\n" ? std::string()
                                                                : std::string("one character");
      })
      ->capture_default_str();
  add_common(csv, given);

  auto& thingsboard = *app.add_subcommand("thingsboard", "From a running ThingsBoard");
  add_server(thingsboard, given.from, "from", "FROM", "the ThingsBoard");
  thingsboard.add_flag("--history", given.work.history, "Bring the devices' history along");
  add_common(thingsboard, given);

  CLI11_PARSE(app, argc, argv);
  without_last_slash(given.to.where.url);
  without_last_slash(given.from.where.url);
  std::signal(SIGINT, stop);
  std::signal(SIGTERM, stop);
  if (csv.parsed() && given.devices_file.empty() && given.history_file.empty()) {
    return complain({error_code::invalid, "name a file of devices, or one with --history"});
  }
  return csv.parsed() ? run_csv(given) : run_thingsboard(given);
}
