#include "tools/inspect/store_commands.hpp"

#include <CLI/CLI.hpp>

int main(int argc, char** argv) {
  CLI::App app{"Looks into a Muster node's data folder.", "muster-inspect"};
  app.require_subcommand(1);
  app.set_help_all_flag("--help-all", "Help of all commands");
  int status = 0;
  muster::inspect::add_store_commands(app, status);
  CLI11_PARSE(app, argc, argv);
  return status;
}
