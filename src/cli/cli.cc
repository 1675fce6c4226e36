// SPDX-License-Identifier: Apache-2.0
#include "cli/cli.h"

#include "cli/flags.h"
#include "cli/terminal.h"
#include "format/choose/formats.h"
#include "util/fmt.h"
#include "util/words.h"

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
      {"replay", "Read logs to the end once and print the metrics", setup_replay},
      {"learn", "Propose a rule file from the requests in logs", setup_learn},
      {"check", "Report what is wrong or doubtful in rule files", setup_check},
      {"import", "Write a rule file from an OpenAPI document", setup_import},
      {"explain", "Show which rule takes a request, and why", setup_explain},
      {"test", "Run the tests in rule files", setup_test},
      {"doctor", "Report what can be measured from a log, what cannot, and why", setup_doctor},
      {"completion", "Print the script with which a shell completes routemeter", setup_completion},
      {"diff", "Report what a change to a rule file does to the metrics", setup_diff},
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

CLI::Option* add_output(CLI::App& app, std::string& path, const std::string& what) {
  return add_value(app, "-o,--output", path, "FILE", fmt::format("Write {} to FILE instead of stdout", what));
}

void add_log_level(CLI::App& app, util::LogLevel& level, const std::string& help) {
  const auto set = [&level](const std::string& word) { util::parse_level(word, level); };
  app.add_option_function<std::string>("--log.level", set, help)
      ->check(CLI::IsMember({"debug", "info", "warn", "error"}));
}

void add_rules_and_format(CLI::App& app, app::CommonOptions& options) {
  add_value(app, "--rules", options.rules, "FILE", "Rule file; without it: no routes, format auto");
  std::vector<std::string> names = format::preset_names();
  std::erase(names, "regex");  // that one is written out, not named
  add_value(app, "--format", options.format, "F",
            fmt::format("Log format, instead of the rule file's: {}; or the server's own string: nginx "
                        "log_format, Apache LogFormat, gunicorn access_log_format, a regex with (?P<names>)",
                        util::joined(names)));
}

void add_common_flags(CLI::App& app, app::CommonOptions& options, bool logs_required) {
  add_rules_and_format(app, options);
  add_value(app, "log", options.logs, "LOG", "Log files: paths or globs")->required(logs_required);
}

}  // namespace routemeter::cli
