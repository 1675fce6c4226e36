// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include "app/load/replay.h"
#include "cli/command.h"
#include "cli/common_flags.h"
#include "cli/file_io.h"
#include "cli/replay_summary.h"
#include "cli/terminal.h"
#include "expose/text/compare.h"
#include "expose/text/text.h"

namespace routemeter::cli {
namespace {

struct ReplayFlags {
  app::ReplayOptions replay;
  std::string output;
  std::string expect;
  util::LogLevel level = util::LogLevel::kInfo;
};

// Prints what differs from the expected exposition; the exit code.
int print_comparison(const std::string& expect, const std::string& text) {
  const auto expected = read_file(expect);
  if (!expected) {
    print_diagnostics(expected.errors());
    return kUsage;
  }
  const auto compared = expose::compare(*expected, expect, text);
  if (!compared) {
    print_diagnostics(compared.errors());
    return kUsage;
  }
  std::string diff;
  for (const auto* lines : {&compared->removed, &compared->added, &compared->changed}) {
    for (const std::string& line : *lines) diff += line + "\n";
  }
  print_out(diff);
  return compared->equal() ? kDone : kDiffers;
}

int run_replay(const ReplayFlags& flags) {
  ProgressBar bar;
  const double started = now_seconds();
  app::Progress progress;
  if (bar.wanted()) progress = [&bar](std::uint64_t done, std::uint64_t total) { bar.show(done, total); };
  const auto result = app::replay(flags.replay, progress);
  bar.clear();
  if (!result) {
    print_diagnostics(result.errors());
    return kUsage;
  }
  const std::string text = expose::to_text(result->snapshot);
  int code = kDone;
  if (!flags.output.empty()) {
    if (const auto written = write_file(flags.output, text); !written) {
      print_diagnostics(written.errors());
      code = kFailed;
    }
  }
  if (!flags.expect.empty()) {
    code = std::max(code, print_comparison(flags.expect, text));
  } else if (flags.output.empty()) {
    print_out(text);
  }
  print_err(replay_summary(*result, now_seconds() - started, flags.level));
  print_diagnostics(result->failures);
  return result->failures.empty() ? code : kFailed;
}

}  // namespace

std::function<int()> setup_replay(CLI::App& app) {
  auto flags = std::make_shared<ReplayFlags>();
  add_common_flags(app, flags->replay, true);
  app.add_option("--threads", flags->replay.threads, "Threads to read with (default: one per core)")
      ->type_name("N")
      ->check(CLI::Range(1, 64));
  app.add_option("-o,--output", flags->output, "Write the metrics to FILE instead of stdout")
      ->type_name("FILE");
  app.add_option(
         "--expect", flags->expect,
         "Compare with the metrics in FILE: print the samples that differ and exit 1, or nothing and exit 0")
      ->type_name("FILE");
  app.add_option_function<std::string>(
         "--log.level", [flags](const std::string& word) { util::parse_level(word, flags->level); },
         "What to say on stderr: info, the summary; warn, only what is missing; error, only errors")
      ->check(CLI::IsMember({"debug", "info", "warn", "error"}));
  app.footer("LOG may be - for standard input, and gzip files are read as they are.");
  return [flags] { return run_replay(*flags); };
}

}  // namespace routemeter::cli
