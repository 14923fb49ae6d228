#include "tools/inspect/node_commands.hpp"
#include "tools/inspect/restore_command.hpp"
#include "tools/inspect/store_commands.hpp"
#include "tools/inspect/transfer_commands.hpp"

#include <CLI/CLI.hpp>

int main(int argc, char** argv) {
  CLI::App app{"Looks into a running Muster node, and into its data.", "muster-inspect"};
  app.require_subcommand(1);
  app.set_help_all_flag("--help-all", "Help of all commands");
  int status = 0;
  muster::inspect::add_node_commands(app, status);
  muster::inspect::add_restore_command(app, status);
  muster::inspect::add_transfer_commands(muster::inspect::add_store_commands(app, status), status);
  CLI11_PARSE(app, argc, argv);
  return status;
}
