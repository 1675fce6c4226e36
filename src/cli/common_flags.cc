// SPDX-License-Identifier: Apache-2.0
#include "cli/common_flags.h"

#include <CLI/CLI.hpp>

#include "format/choose/formats.h"

namespace routemeter::cli {

void add_rules_and_format(CLI::App& app, app::CommonOptions& options) {
  app.add_option("--rules", options.rules, "Rule file; without one: no routes, format auto")
      ->type_name("FILE");
  std::string names;
  for (const std::string& name : format::preset_names()) {
    if (name != "regex") names += (names.empty() ? "" : ", ") + name;  // that one is written out, not named
  }
  app.add_option("--format", options.format,
                 "Log format, instead of the rule file's: " + names +
                     "; or the server's own string: nginx log_format, Apache LogFormat, gunicorn "
                     "access_log_format, a regex with (?P<names>)")
      ->type_name("F");
}

void add_common_flags(CLI::App& app, app::CommonOptions& options, bool logs_required) {
  add_rules_and_format(app, options);
  app.add_option("log", options.logs, "Log files: paths or globs")->required(logs_required)->type_name("LOG");
}

}  // namespace routemeter::cli
