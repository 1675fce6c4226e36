// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>

#include "tools/check/check.h"
#include "util/fmt.h"
#include "util/printable.h"
#include "util/words.h"

namespace routemeter::check {
namespace {

// A screen has room for so much.
constexpr std::size_t kRows = 20;
constexpr std::size_t kWidth = 100;

class SampleText {
 public:
  explicit SampleText(const FileReport& report) : report_(report), sample_(*report.sample) {}

  std::string run() {
    out_ = fmt::format("{}: {} of the sample\n", util::printable(report_.path),
                       util::counted(sample_.lines, "line"));
    row(sample_.matched, "matched");
    row(sample_.unmatched, "unmatched");
    if (sample_.excluded > 0) row(sample_.excluded, "excluded");
    if (sample_.unparsed > 0) row(sample_.unparsed, "not parsed; routemeter doctor says why");
    if (!sample_.top_unmatched.empty()) out_ += "  most frequent unmatched paths\n";
    for (const pipeline::Unmatched::Top& top : sample_.top_unmatched) {
      row(top.count - top.excess, util::printable(top.path, kWidth) + (top.cut ? "..." : ""));
    }
    rules();
    return std::move(out_);
  }

 private:
  void row(std::uint64_t lines, const std::string& what) {
    out_ += fmt::format("{:>10} {:>7}  {}\n", lines, util::percent(lines, sample_.lines), what);
  }

  std::string rule_text(std::size_t rule) const {
    const model::Rule& shown = report_.rules.routes[rule];
    return fmt::format("line {}: {}", shown.at.line, util::printable(shown.text, kWidth));
  }

  void rules() {
    std::vector<std::size_t> hit;
    std::vector<std::size_t> never;
    for (std::size_t i = 0; i < sample_.hits.size(); ++i) (sample_.hits[i] > 0 ? hit : never).push_back(i);
    std::stable_sort(hit.begin(), hit.end(),
                     [&](std::size_t a, std::size_t b) { return sample_.hits[a] > sample_.hits[b]; });
    list("rules by their lines", hit);
    list("rules that take no line", never);
  }

  void list(std::string_view title, const std::vector<std::size_t>& rules) {
    if (!rules.empty()) out_ += fmt::format("  {}\n", title);
    for (std::size_t i = 0; i < std::min(rules.size(), kRows); ++i)
      row(sample_.hits[rules[i]], rule_text(rules[i]));
    if (rules.size() > kRows)
      out_ += fmt::format("{:20}and {}\n", "", util::counted(rules.size() - kRows, "more rule"));
  }

  const FileReport& report_;
  const SampleReport& sample_;
  std::string out_;
};

}  // namespace

std::string to_text(const std::vector<FileReport>& reports) {
  std::string out;
  for (const FileReport& report : reports) {
    for (const util::Diagnostic& finding : report.findings) {
      // The table below says it in a line.
      if (finding.code != "never-hit") out += util::format(finding);
    }
    if (report.sample) out += SampleText(report).run();
  }
  return out;
}

std::string summary(const std::vector<FileReport>& reports) {
  const Counts counts = count(reports);
  std::string found;
  const auto add = [&found](std::size_t number, const std::string& word) {
    if (number > 0) found += (found.empty() ? "" : ", ") + util::counted(number, word);
  };
  add(counts.errors, "error");
  add(counts.warnings, "warning");
  add(counts.notes, "note");
  return fmt::format("{}: {}\n", util::counted(reports.size(), "file"),
                     found.empty() ? "nothing to say" : found);
}

}  // namespace routemeter::check
