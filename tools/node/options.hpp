#pragma once

#include "actors/inspection/shown_option.hpp"
#include "actors/model/error.hpp"
#include "actors/service/options.hpp"
#include "http/api/options.hpp"
#include "http/server/options.hpp"

#include <string>
#include <vector>

namespace muster::node {

/// All that the node can be told: command line, environment (`MUSTER_HTTP_PORT`) and file, in this
/// order of precedence.
struct node_options {
  service_options service;
  http::server_options server;
  http::api_options api;
  /// log.level: trace, debug, info, warn, error, off.
  std::string log_level = "info";
  /// Give the administrator a new password and end.
  bool reset_admin = false;
};

/// What came of the command line.
struct parsed_options {
  node_options options;
  /// Every option with the value it has now, as a configuration file.
  std::string shown;
  /// The same one by one, with where each value came from. No secrets.
  std::vector<shown_option> effective;
  /// Not empty: print this and end (--help, --version).
  std::string message;
};

/// Reads `arguments` (without the program's name), the environment and the file that --config
/// names. invalid: with a message for people that names the option.
result<parsed_options> parse_options(const std::vector<std::string>& arguments);

/// One option, for the documentation.
struct option_row {
  std::string name;
  std::string default_text;
  std::string environment;
  std::string description;
};
std::vector<option_row> describe_options();

} // namespace muster::node
