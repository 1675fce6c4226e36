// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include "cli/cli.h"
#include "cli/file_io.h"
#include "cli/terminal.h"
#include "tools/diff/diff.h"

namespace routemeter::cli {
namespace {

struct DiffFlags {
  std::string before;
  std::string after;
  std::vector<std::string> sample;
  std::string format = "text";
  std::string output;
  bool all = false;
};

int run_diff(const DiffFlags& flags) {
  const auto difference = explain::compare(flags.before, flags.after, flags.sample);
  if (!difference) {
    print_diagnostics(difference.errors());
    return kUsage;
  }
  const std::string report = flags.format == "json"       ? explain::to_json(*difference)
                             : flags.format == "markdown" ? explain::to_markdown(*difference, flags.all)
                                                          : explain::to_text(*difference, flags.all);
  if (const int code = write_result(flags.output, report); code != kDone) return code;
  if (difference->sample && !difference->sample->failures.empty()) {
    print_diagnostics(difference->sample->failures);
    return kFailed;
  }
  return difference->same() ? kDone : kDiffers;
}

}  // namespace

std::function<int()> setup_diff(CLI::App& app) {
  auto flags = std::make_shared<DiffFlags>();
  app.add_option("old", flags->before, "The old rule file")->required()->type_name("R");
  app.add_option("new", flags->after, "The new rule file")->required()->type_name("R");
  app.add_option("--sample", flags->sample,
                 "Logs to count with both files: paths or globs, - for standard input")
      ->type_name("LOG");
  app.add_option("--format", flags->format,
                 "text (default), markdown for a comment on a pull request, or json")
      ->type_name("F")
      ->check(CLI::IsMember({"text", "markdown", "json"}));
  app.add_option("-o,--output", flags->output, "Write the report to FILE instead of stdout")
      ->type_name("FILE");
  app.add_flag("--all", flags->all, "Show all series and label changes, not only the first ones");
  return [flags] { return run_diff(*flags); };
}

}  // namespace routemeter::cli
