// SPDX-License-Identifier: Apache-2.0
#include "cli/cli.h"
#include "cli/file_io.h"
#include "cli/flags.h"
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
  if (!difference) return print_and(kUsage, difference.errors());
  const std::string report = flags.format == "json"       ? explain::to_json(*difference)
                             : flags.format == "markdown" ? explain::to_markdown(*difference, flags.all)
                                                          : explain::to_text(*difference, flags.all);
  if (const int code = write_result(flags.output, report); code != kDone) return code;
  if (difference->sample && !difference->sample->failures.empty())
    return print_and(kFailed, difference->sample->failures);
  return difference->same() ? kDone : kDiffers;
}

}  // namespace

std::function<int()> setup_diff(CLI::App& app) {
  auto flags = std::make_shared<DiffFlags>();
  add_value(app, "old", flags->before, "R", "The old rule file")->required();
  add_value(app, "new", flags->after, "R", "The new rule file")->required();
  add_value(app, "--sample", flags->sample, "LOG",
            "Logs to count with both files: paths or globs, - for standard input");
  add_value(app, "--format", flags->format, "F",
            "text (default), markdown for a comment on a pull request, or json")
      ->check(CLI::IsMember({"text", "markdown", "json"}));
  add_output(app, flags->output, "the report");
  app.add_flag("--all", flags->all, "Show all series and label changes, not only the first ones");
  return [flags] { return run_diff(*flags); };
}

}  // namespace routemeter::cli
