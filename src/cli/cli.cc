// SPDX-License-Identifier: Apache-2.0
#include "cli/cli.h"

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/terminal.h"

namespace routemeter::cli {

namespace {

// A subcommand with its flags for each row; the one that is given sets `chosen`.
void add_commands(CLI::App& app, std::function<int()>& chosen) {
  app.set_version_flag("--version", "routemeter " ROUTEMETER_VERSION);
  app.require_subcommand(1);
  for (const Command& command : commands()) {
    CLI::App* sub = app.add_subcommand(std::string(command.name), std::string(command.help));
    sub->callback([&chosen, act = command.setup(*sub)] { chosen = act; });
  }
}

}  // namespace

const std::vector<Command>& commands() {
  static const std::vector<Command> all = {
      {"serve", "Follow logs and serve their metrics to Prometheus", setup_serve},
      {"replay", "Read logs once to their ends and print the metrics", setup_replay},
      {"learn", "Propose a rule file from what logs contain", setup_learn},
      {"check", "Say what is wrong with rule files, and what is doubtful", setup_check},
      {"import", "Write a rule file from an OpenAPI document", setup_import},
      {"explain", "Say which rule takes a request, and why", setup_explain},
      {"test", "Run the tests that rule files carry", setup_test},
      {"doctor", "Say what can be measured from a log, what cannot, and why", setup_doctor},
      {"completion", "Print the script that lets a shell complete routemeter", setup_completion},
      {"diff", "Say what a change to a rule file does", setup_diff},
  };
  return all;
}

int run(int argc, char** argv) {
  hold_standard_streams();
  CLI::App app("Exact request metrics per handler, from HTTP access logs.", "routemeter");
  std::function<int()> chosen;
  add_commands(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& e) {  // --help, --version
    return app.exit(e, std::cout, std::cerr);
  } catch (const CLI::ParseError& e) {
    print_err("routemeter: " + std::string(e.what()) + "\nRun with --help for the commands and flags.\n");
    return kUsage;
  }
  return chosen();
}

}  // namespace routemeter::cli
