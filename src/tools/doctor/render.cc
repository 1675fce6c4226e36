// SPDX-License-Identifier: Apache-2.0
#include "tools/doctor/examine.h"
#include "util/json.h"
#include "util/printable.h"
#include "util/words.h"

namespace routemeter::doctor {
namespace {

using util::Json;

constexpr std::size_t kLabelWidth = 9;
const std::string kIndent(kLabelWidth + 2, ' ');

/// The blanks before a caret count, so tabs stay as they are: in both lines they end at the same stop.
std::string safe(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t tab = std::min(text.find('\t', at), text.size());
    out += util::printable(std::string_view(text).substr(at, tab - at));
    if (tab < text.size()) out += '\t';
    at = tab + 1;
  }
  return out;
}

void append_finding(const Finding& finding, std::string& out) {
  out += fmt::format("  {:{}}{}\n", name_of(finding.level), kLabelWidth, util::printable(finding.message));
  for (const std::string& line : finding.shown) out += fmt::format("{}{}\n", kIndent, safe(line));
  if (!finding.advice.empty()) out += fmt::format("{}-> {}\n", kIndent, util::printable(finding.advice));
  for (const std::string& line : finding.paste)
    out += line.empty() ? "\n" : fmt::format("{}   {}\n", kIndent, safe(line));
}

std::size_t total(const std::vector<LogReport>& reports, Level level) {
  std::size_t out = 0;
  for (const LogReport& report : reports) out += count(report.findings, level);
  return out;
}

Json finding_json(const Finding& finding) {
  Json out = {{"level", name_of(finding.level)}, {"code", finding.code}, {"message", finding.message}};
  if (!finding.shown.empty()) out["shown"] = finding.shown;
  if (!finding.advice.empty()) out["advice"] = finding.advice;
  if (!finding.paste.empty()) out["paste"] = finding.paste;
  return out;
}

Json report_json(const LogReport& report) {
  Json unparsed = Json::object();
  for (std::size_t i = 0; i < model::kReasonCount; ++i) {
    const std::uint64_t lines = report.counters.unparsed[i];
    if (lines > 0) unparsed[std::string(model::kReasonNames[i])] = lines;
  }
  Json findings = Json::array();
  for (const Finding& finding : report.findings) findings.push_back(finding_json(finding));
  return {{"log", report.log},
          {"format", report.format.empty() ? Json() : Json(report.format)},
          {"lines", report.counters.lines},
          {"requests", report.counters.parsed()},
          {"unparsed", std::move(unparsed)},
          {"missing", report.missing},
          {"findings", std::move(findings)},
          {"command", report.command.empty() ? Json() : Json(report.command)}};
}

}  // namespace

std::string to_text(const std::vector<LogReport>& reports) {
  std::string out;
  for (const LogReport& report : reports) {
    out += util::printable(report.log) + "\n";
    for (const Finding& finding : report.findings) append_finding(finding, out);
    out += "\n";
  }
  out += fmt::format("{}, {}\n", util::counted(total(reports, Level::kProblem), "problem"),
                     util::counted(total(reports, Level::kWarning), "warning"));
  for (const LogReport& report : reports) {
    if (!report.command.empty()) out += util::printable(report.command) + "\n";
  }
  return out;
}

std::string to_json(const std::vector<LogReport>& reports) {
  Json logs = Json::array();
  for (const LogReport& report : reports) logs.push_back(report_json(report));
  const Json out = {{"logs", std::move(logs)},
                    {"problems", total(reports, Level::kProblem)},
                    {"warnings", total(reports, Level::kWarning)}};
  return util::dump(out, 2) + "\n";
}

}  // namespace routemeter::doctor
