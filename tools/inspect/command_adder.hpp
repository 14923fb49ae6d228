#pragma once

#include "tools/inspect/exit_status.hpp"
#include "tools/inspect/node_client.hpp"

#include <CLI/App.hpp>
#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <memory>
#include <ostream>
#include <string>

namespace muster::inspect {

/// Shows people what a node has told.
using view = void (*)(const nlohmann::ordered_json& told, std::ostream& to);

/// What the command line says.
struct node_options {
  node_choice where;
  bool json = false;
  bool yes = false;
  bool here = false;
  bool errors = false;
  std::string device;
  std::string sort;
  std::string filter;
  std::string level;
  std::string folder;
  std::string chain;
  std::string file;
  unsigned limit = 20;
  unsigned rows = 1'000;
  unsigned events = 200;
  unsigned every = 2;
  unsigned lasts = 30;
  unsigned looks_for = 1;
  unsigned times = 0;
};

/// Tells people; returns `failed`.
int complain(const error& why);
/// What a node has told, as the command line wants it; the exit status.
int print(const result<nlohmann::ordered_json>& told, const node_options& given, view people);

/// In a cluster any node answers for all, unless it is asked for itself alone.
parameters of_nodes(const node_options& given, parameters with = {});

/// Adds commands that ask a running node. They share one set of options, as one of them runs.
class command_adder {
public:
  /// Sets `status` to the exit status of the command that has run.
  command_adder(CLI::App& to, int& status) : to_(to), status_(status) {}

  CLI::App& add(const char* name, const char* what, const std::string& example,
                std::function<int(const node_options&)> run);
  /// Of a device that is named.
  CLI::App& about_device(const char* name, const char* what, const std::string& example,
                         std::function<int(const node_options&)> run);
  /// Adds the option to ask one node alone.
  void add_here(CLI::App& to);
  /// That asks one question of all nodes.
  void report(const char* name, const char* what, const char* question, view people);
  /// The same of what waits there, which may be very much.
  void report_waiting(const char* name, const char* what, view people);
  /// That changes a device, after asking.
  void lever(const char* name, const char* what, const char* question_for_people);

  node_options& given() { return *given_; }

private:
  CLI::App& to_;
  int& status_;
  std::shared_ptr<node_options> given_ = std::make_shared<node_options>();
};

} // namespace muster::inspect
