// SPDX-License-Identifier: Apache-2.0
#include "cli/cli.h"
#include "cli/file_io.h"
#include "cli/flags.h"
#include "cli/terminal.h"
#include "tools/learn/learn.h"

namespace routemeter::cli {
namespace {

struct LearnFlags {
  learn::Options learn;
  std::string output;
};

int run_learn(const LearnFlags& flags) {
  const auto learned = learn::learn(flags.learn);
  if (!learned) return print_and(kUsage, learned.errors());
  const learn::Learned& result = **learned;
  const std::string text =
      learn::rule_text(result, flags.learn.common.logs, flags.learn.common.rules.value_or(""));
  const int code = write_result(flags.output, text);
  print_diagnostics(result.failures);
  return result.failures.empty() ? code : kFailed;
}

}  // namespace

std::function<int()> setup_learn(CLI::App& app) {
  auto flags = std::make_shared<LearnFlags>();
  add_common_flags(app, flags->learn.common, true);
  add_value(app, "--min-hits", flags->learn.min_hits, "N",
            "Leave out routes with fewer answered requests (default: depends on the size of the log)")
      ->check(CLI::Range(1, 1000000000));
  app.add_flag("--converters", flags->learn.converters,
               "Write {id:int} and {id:uuid} where all values are integers or UUIDs");
  add_output(app, flags->output, "the rule file");
  app.footer(
      "With --rules, learns only from requests that these rules leave unmatched; append the result to them.");
  return [flags] { return run_learn(*flags); };
}

}  // namespace routemeter::cli
