// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstdio>
#include <numeric>

#include "check/report.h"
#include "util/printable.h"

namespace routemeter::check {
namespace {

// What a screen has room for.
constexpr std::size_t kRows = 20;

std::string plural(std::size_t count, const std::string& word) {
  return std::to_string(count) + " " + word + (count == 1 ? "" : "s");
}

std::string row(std::uint64_t lines, std::uint64_t all, const std::string& what) {
  const double share = all == 0 ? 0 : 100.0 * static_cast<double>(lines) / static_cast<double>(all);
  std::array<char, 64> figures{};
  std::snprintf(figures.data(), figures.size(), "%12llu %5.1f %%  ", static_cast<unsigned long long>(lines),
                share);
  return figures.data() + what + "\n";
}

std::string sample_text(const FileReport& report) {
  const SampleReport& sample = *report.sample;
  std::string out = util::printable(report.path) + ": what the sample comes to\n";
  out += row(sample.lines, sample.lines, "lines");
  if (sample.unparsed > 0) out += row(sample.unparsed, sample.lines, "not parsed");
  if (sample.excluded > 0) out += row(sample.excluded, sample.lines, "excluded");
  out += row(sample.matched, sample.lines, "matched");
  out += row(sample.unmatched, sample.lines, "unmatched");
  for (const pipeline::Unmatched::Top& top : sample.top_unmatched) {
    out += row(top.count, sample.lines, "  " + util::printable(top.path, 100) + (top.cut ? "..." : ""));
  }
  std::vector<std::size_t> rules(sample.hits.size());
  std::iota(rules.begin(), rules.end(), 0);
  std::stable_sort(rules.begin(), rules.end(),
                   [&](std::size_t a, std::size_t b) { return sample.hits[a] > sample.hits[b]; });
  const auto hit = static_cast<std::size_t>(
      std::count_if(sample.hits.begin(), sample.hits.end(), [](std::uint64_t hits) { return hits > 0; }));
  out += "by rule, " + std::to_string(hit) + " of " + std::to_string(rules.size()) + " were hit\n";
  for (std::size_t i = 0; i < std::min(hit, kRows); ++i) {
    const model::Rule& rule = report.rules.routes[rules[i]];
    out += row(sample.hits[rules[i]], sample.lines,
               "line " + std::to_string(rule.at.line) + ": " + util::printable(rule.text, 100));
  }
  if (hit > kRows) out += "             and " + plural(hit - kRows, "rule") + " with fewer lines\n";
  return out;
}

}  // namespace

std::string to_text(const std::vector<FileReport>& reports) {
  std::string out;
  for (const FileReport& report : reports) {
    out += util::format(report.findings);
    if (report.sample) out += sample_text(report);
  }
  return out;
}

std::string summary(const std::vector<FileReport>& reports) {
  const Counts counts = count(reports);
  std::string found;
  const auto add = [&found](std::size_t number, const std::string& word) {
    if (number > 0) found += (found.empty() ? "" : ", ") + plural(number, word);
  };
  add(counts.errors, "error");
  add(counts.warnings, "warning");
  add(counts.notes, "note");
  return plural(reports.size(), "file") + ": " + (found.empty() ? "nothing to say" : found) + "\n";
}

}  // namespace routemeter::check
