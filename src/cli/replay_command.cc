// SPDX-License-Identifier: Apache-2.0
#include "app/load/replay.h"
#include "cli/cli.h"
#include "cli/file_io.h"
#include "cli/flags.h"
#include "cli/terminal.h"
#include "expose/text/parse.h"
#include "expose/text/text.h"
#include "util/fmt.h"
#include "util/printable.h"
#include "util/words.h"

namespace routemeter::cli {
namespace {

using util::grouped;

constexpr std::size_t kExampleBytes = 120;

std::string lines_text(const pipeline::Counters& c) {
  std::string out =
      fmt::format("{} {}, {} parsed, {} unparsed", grouped(c.lines), c.lines == 1 ? "line" : "lines",
                  grouped(c.parsed()), grouped(c.unparsed_total()));
  const char* separator = " (";
  for (std::size_t i = 0; i < model::kReasonCount; ++i) {
    if (c.unparsed[i] == 0) continue;
    out += fmt::format("{}{} {}", separator, model::kReasonNames[i], grouped(c.unparsed[i]));
    separator = ", ";
  }
  if (c.unparsed_total() > 0) out += ")";
  return out;
}

// For a person after a replay: per log its format and lines, the reasons of unparsed lines with an example
// each, the matches and the time taken. From `warn` on only the notes, from `error` on nothing. Log content
// is made safe for a terminal.
std::string replay_summary(const app::ReplayResult& result, double seconds, util::LogLevel level) {
  if (level > util::LogLevel::kWarn) return "";
  if (!result.enabled) {
    return "nothing is measured: respect_env_var is set and the variable is neither true nor 1\n";
  }
  std::string out;
  for (const std::string& note : result.notes) out += fmt::format("note: {}\n", note);
  if (level > util::LogLevel::kInfo) return out;
  pipeline::Counters all;
  for (const app::ReplayedLog& log : result.logs) {
    out += fmt::format("{}: {}{}\n", util::printable(log.name),
                       log.format.empty() ? "no lines" : "format " + log.format,
                       result.logs.size() > 1 ? ", " + lines_text(log.counters) : "");
    all.merge(log.counters);
  }
  out += lines_text(all) + "\n";
  for (std::size_t i = 0; i < model::kReasonCount; ++i) {
    if (all.samples[i].empty() || all.samples[i].front().empty()) continue;
    out += fmt::format("  {}, for example: {}\n", model::kReasonNames[i],
                       util::printable(all.samples[i].front(), kExampleBytes));
  }
  out += fmt::format("{} matched, {} unmatched, {} excluded, {} ignored\n",
                     grouped(all.parsed() - all.unmatched - all.excluded), grouped(all.unmatched),
                     grouped(all.excluded), grouped(all.ignored));
  return out + fmt::format("{:.3f} s, {:.2f} million lines/s, {}\n", seconds,
                           seconds > 0 ? static_cast<double>(all.lines) / seconds / 1e6 : 0.0,
                           util::counted(result.threads, "thread"));
}

struct ReplayFlags {
  app::ReplayOptions replay;
  std::string output;
  std::string expect;
  util::LogLevel level = util::LogLevel::kInfo;
};

// Prints what differs from the expected exposition; the exit code.
int print_comparison(const std::string& expect, const std::string& text) {
  const auto expected = read_file(expect);
  if (!expected) return print_and(kUsage, expected.errors());
  const auto compared = expose::compare(*expected, expect, text);
  if (!compared) return print_and(kUsage, compared.errors());
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
  if (!result) return print_and(kUsage, result.errors());
  const std::string text = expose::to_page(result->snapshot);
  int code = kDone;
  if (!flags.output.empty() || flags.expect.empty()) code = write_result(flags.output, text);
  if (!flags.expect.empty()) code = std::max(code, print_comparison(flags.expect, text));
  print_err(replay_summary(*result, now_seconds() - started, flags.level));
  print_diagnostics(result->failures);
  return result->failures.empty() ? code : kFailed;
}

}  // namespace

std::function<int()> setup_replay(CLI::App& app) {
  auto flags = std::make_shared<ReplayFlags>();
  add_common_flags(app, flags->replay, true);
  add_value(app, "--threads", flags->replay.threads, "N", "Threads to read with (default: one per core)")
      ->check(CLI::Range(1, 64));
  add_output(app, flags->output, "the metrics");
  add_value(
      app, "--expect", flags->expect, "FILE",
      "Compare with the metrics in FILE: print the samples that differ and exit 1, or nothing and exit 0");
  add_log_level(
      app, flags->level,
      "Level of messages on stderr: info, the summary; warn, only missing metrics; error, only errors");
  app.footer("LOG may be - for standard input; gzip files are decompressed.");
  return [flags] { return run_replay(*flags); };
}

}  // namespace routemeter::cli
