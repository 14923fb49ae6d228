#include "tools/inspect/command_adder.hpp"

#include "tools/inspect/question.hpp"
#include "tools/inspect/views.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <iostream>
#include <utility>

namespace muster::inspect {

using json = nlohmann::ordered_json;

int complain(const error& why) {
  std::cerr << "muster-inspect: " << why.message << '\n';
  return failed;
}

int print(const result<json>& told, const node_options& given, view people) {
  if (!told) {
    return complain(told.error());
  }
  if (given.json) {
    std::cout << told->dump(-1, ' ', false, json::error_handler_t::replace) << '\n';
  } else {
    const auto silent = told->value("silent", json::array());
    // Of nodes that all say nothing there is nothing to show.
    if (silent.empty() || told->size() > 1) {
      people(*told, std::cout);
    }
    for (const auto& one : silent) {
      std::cerr << "node " << one["node"].get<std::string>()
                << " says nothing: " << one["because"].get<std::string>() << '\n';
    }
  }
  return fine;
}

parameters of_nodes(const node_options& given, parameters with) {
  if (given.here) {
    with.emplace_back("here", "1");
  }
  return with;
}

CLI::App& command_adder::add(const char* name, const char* what, const std::string& example,
                             std::function<int(const node_options&)> run) {
  auto& added = *to_.add_subcommand(name, what);
  added.footer("Example: muster-inspect " + example);
  auto given = given_;
  auto& where = given->where;
  added.add_option("--data", where.data, "Data folder of the node on this machine")
      ->envname("MUSTER_DATA_DIR")
      ->capture_default_str();
  added.add_option("--node", where.url, "URL of another node, asked as its administrator");
  added.add_option("--user", where.user, "System administrator of --node")->capture_default_str();
  added.add_option("--password", where.password, "His password")
      ->envname("MUSTER_INSPECT_PASSWORD");
  added.add_option("--ca", where.authorities, "File of certificates to trust");
  added.add_flag("--insecure", where.insecure, "Do not check the node's certificate");
  added.add_flag("--json", given->json, "For programs");
  added.callback([given, run = std::move(run), &status = status_] { status = run(*given); });
  return added;
}

CLI::App& command_adder::about_device(const char* name, const char* what,
                                      const std::string& example,
                                      std::function<int(const node_options&)> run) {
  auto& added = add(name, what, example, std::move(run));
  added.add_option("device", given_->device, "Its name, identifier or token")->required();
  return added;
}

void command_adder::report(const char* name, const char* what, const char* question, view people) {
  add_here(add(name, what, name, [question, people](const node_options& given) {
    return print(node_client(given.where).get(question, of_nodes(given)), given, people);
  }));
}

void command_adder::report_waiting(const char* name, const char* what, view people) {
  auto& added =
      add(name, what, std::string(name) + " --limit 50", [name, people](const node_options& given) {
        const auto with = of_nodes(given, {{"limit", std::to_string(given.rows)}});
        return print(node_client(given.where).get(name, with), given, people);
      });
  add_here(added);
  added.add_option("--limit", given_->rows, "Rows at most; how many there are is told")
      ->capture_default_str();
}

void command_adder::add_here(CLI::App& to) {
  to.add_flag("--here", given_->here, "In a cluster: only of the node that is asked");
}

void command_adder::lever(const char* name, const char* what, const char* question_for_people) {
  auto& added =
      about_device(name, what, std::string(name) + " \"Thermometer 1\" --yes",
                   [name, question_for_people](const node_options& given) {
                     if (!confirmed(given.yes, question_for_people)) {
                       return static_cast<int>(failed);
                     }
                     return print(node_client(given.where).post(name, {{"device", given.device}}),
                                  given, show_device);
                   });
  added.add_flag("--yes", given_->yes, "Do not ask");
}

} // namespace muster::inspect
