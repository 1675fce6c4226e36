// SPDX-License-Identifier: Apache-2.0
#include "cli/replay_summary.h"

#include <array>
#include <cstdio>

#include "cli/terminal.h"
#include "util/printable.h"

namespace routemeter::cli {
namespace {

constexpr std::size_t kExampleBytes = 120;

std::string lines_text(const pipeline::Counters& c) {
  std::string out = grouped(c.lines) + (c.lines == 1 ? " line, " : " lines, ") + grouped(c.parsed()) +
                    " parsed, " + grouped(c.unparsed_total()) + " unparsed";
  const char* separator = " (";
  for (std::size_t i = 0; i < model::kReasonCount; ++i) {
    if (c.unparsed[i] == 0) continue;
    out += separator;
    out += std::string(model::kReasonNames[i]) + " " + grouped(c.unparsed[i]);
    separator = ", ";
  }
  if (c.unparsed_total() > 0) out += ")";
  return out;
}

}  // namespace

std::string replay_summary(const app::ReplayResult& result, double seconds, util::LogLevel level) {
  if (level > util::LogLevel::kWarn) return "";
  if (!result.enabled) {
    return "nothing is measured: respect_env_var is set and the variable is neither true nor 1\n";
  }
  std::string out;
  for (const std::string& note : result.notes) out += "note: " + note + "\n";
  if (level > util::LogLevel::kInfo) return out;
  pipeline::Counters all;
  for (const app::ReplayedLog& log : result.logs) {
    out += util::printable(log.name) + ": " + (log.format.empty() ? "no lines" : "format " + log.format);
    if (result.logs.size() > 1) out += ", " + lines_text(log.counters);
    out += "\n";
    all.merge(log.counters);
  }
  out += lines_text(all) + "\n";
  for (std::size_t i = 0; i < model::kReasonCount; ++i) {
    if (all.samples[i].empty() || all.samples[i].front().empty()) continue;
    out += "  " + std::string(model::kReasonNames[i]) +
           ", for example: " + util::printable(all.samples[i].front(), kExampleBytes) + "\n";
  }
  out += grouped(all.parsed() - all.unmatched - all.excluded) + " matched, " + grouped(all.unmatched) +
         " unmatched, " + grouped(all.excluded) + " excluded, " + grouped(all.ignored) + " ignored\n";
  std::array<char, 96> timing{};
  std::snprintf(timing.data(), timing.size(), "%.3f s, %.2f million lines/s, %u thread%s\n", seconds,
                seconds > 0 ? static_cast<double>(all.lines) / seconds / 1e6 : 0.0, result.threads,
                result.threads == 1 ? "" : "s");
  return out + timing.data();
}

}  // namespace routemeter::cli
