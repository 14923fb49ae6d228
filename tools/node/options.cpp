#include "tools/node/options.hpp"

#include "actors/service/version.hpp"
#include "tools/node/option_table.hpp"

#include <algorithm>
#include <cstdlib>

namespace muster::node {

namespace {

const std::string version(program_version);

/// The first thing wrong with the values together, each room judging its own.
std::string first_fault(const node_options& options) {
  if (auto wrong = validate(options.service); !wrong.empty()) {
    return wrong;
  }
  if (const auto wrong = options.server.validate()) {
    return *wrong;
  }
  return options.api.validate().value_or("");
}

bool given(const std::vector<std::string>& arguments, const std::string& name) {
  return std::any_of(arguments.begin(), arguments.end(), [&](const std::string& argument) {
    return argument == name || argument.starts_with(name + "=");
  });
}

/// What the environment adds to the arguments: CLI11 by itself would let the file win over it.
std::vector<std::string> with_environment(const CLI::App& app, std::vector<std::string> arguments) {
  std::vector<std::string> all;
  for (const CLI::Option* option : app.get_options()) {
    const char* text =
        option->get_envname().empty() ? nullptr : std::getenv(option->get_envname().c_str());
    if (text != nullptr && !given(arguments, option->get_name())) {
      all.push_back(option->get_name() + "=" + text);
    }
  }
  all.insert(all.end(), arguments.begin(), arguments.end());
  return all;
}

} // namespace

namespace {

/// Each option with its value and where that came from.
std::vector<shown_option> effective_options(const CLI::App& app,
                                            const std::vector<std::string>& arguments) {
  std::vector<shown_option> all;
  for (const CLI::Option* option : app.get_options()) {
    const std::string name = option->get_name();
    if (option == app.get_help_ptr() || name == "--version" || name == "--config") {
      continue;
    }
    const char* environment =
        option->get_envname().empty() ? nullptr : std::getenv(option->get_envname().c_str());
    const bool set = option->count() > 0;
    const char* from = given(arguments, name)   ? "command line"
                       : environment != nullptr ? "environment"
                       : set                    ? "file"
                                                : "default";
    const std::string value =
        set ? CLI::detail::join(option->reduced_results(), " ") : option->get_default_str();
    all.push_back({name.substr(name.find_first_not_of('-')), without_password(value), from});
  }
  return all;
}

} // namespace

result<parsed_options> parse_options(const std::vector<std::string>& arguments) {
  parsed_options parsed;
  CLI::App app("Muster, a ThingsBoard-compatible device server", "muster-node");
  app.set_version_flag("--version", version);
  declare_options(app, parsed.options);
  try {
    const std::vector<std::string> all = with_environment(app, arguments);
    // CLI11 takes them from the back.
    app.parse(std::vector<std::string>(all.rbegin(), all.rend()));
  } catch (const CLI::CallForHelp&) {
    parsed.message = app.help();
    return parsed;
  } catch (const CLI::CallForVersion&) {
    parsed.message = version + "\n";
    return parsed;
  } catch (const CLI::ConfigError& wrong) {
    return fail(error_code::invalid, std::string("configuration file: ") + wrong.what());
  } catch (const CLI::ParseError& wrong) {
    return fail(error_code::invalid, wrong.what());
  }
  if (auto fault = first_fault(parsed.options); !fault.empty()) {
    return fail(error_code::invalid, std::move(fault));
  }
  parsed.shown = without_password(app.config_to_str(true, false));
  parsed.effective = effective_options(app, arguments);
  return parsed;
}

std::vector<option_row> describe_options() {
  node_options defaults;
  CLI::App app;
  declare_options(app, defaults);
  std::vector<option_row> rows;
  for (const CLI::Option* option : app.get_options()) {
    if (option != app.get_help_ptr()) {
      rows.push_back({option->get_name(), option->get_default_str(), option->get_envname(),
                      option->get_description()});
    }
  }
  return rows;
}

} // namespace muster::node
