// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tools/check/check.h"
#include "tools/check/language/reach.h"
#include "tools/check/review/finding.h"
#include "util/json.h"
#include "util/utf8.h"

namespace routemeter::check {
namespace {

using util::Json;

Json finding_json(const util::Diagnostic& finding) {
  return {{"severity", util::name_of(finding.severity)},
          {"code", finding.code},
          {"line", finding.at.line},
          {"column", finding.at.column},
          {"message", finding.message},
          {"hint", finding.hint}};
}

Json sample_json(const SampleReport& sample, const model::RuleFile& file) {
  Json rules = Json::array();
  for (std::size_t i = 0; i < sample.hits.size(); ++i) {
    const model::Rule& rule = file.routes[i];
    rules.push_back({{"line", rule.at.line}, {"text", rule.text}, {"lines", sample.hits[i]}});
  }
  Json top_unmatched = Json::array();
  for (const pipeline::Unmatched::Top& top : sample.top_unmatched) {
    top_unmatched.push_back({{"path", top.path}, {"lines", top.count}, {"excess", top.excess}});
  }
  return {{"lines", sample.lines},         {"unparsed", sample.unparsed}, {"matched", sample.matched},
          {"unmatched", sample.unmatched}, {"excluded", sample.excluded}, {"rules", rules},
          {"top_unmatched", top_unmatched}};
}

constexpr std::string_view kSchema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

Json rules_json() {
  Json out = Json::array();
  for (const Code& code : codes()) {
    out.push_back({{"id", code.name},
                   {"shortDescription", {{"text", code.what}}},
                   {"help", {{"text", code.repair}}},
                   {"defaultConfiguration", {{"level", util::name_of(code.severity)}}}});
  }
  return out;
}

// Characters before the byte that a column counts to, from 1.
int character_column(const util::Diagnostic& finding) {
  if (finding.source_line.empty()) return finding.at.column;
  const std::string_view before =
      std::string_view(finding.source_line).substr(0, static_cast<std::size_t>(finding.at.column - 1));
  return static_cast<int>(util::utf8_characters(before)) + 1;
}

Json location_json(const util::Diagnostic& finding, const std::string& path) {
  Json physical = {
      {"artifactLocation", {{"uri", (path.starts_with('/') ? "file://" : "") + target_of(path)}}}};
  if (finding.at.line > 0)
    physical["region"] = {{"startLine", finding.at.line}, {"startColumn", character_column(finding)}};
  return {{"physicalLocation", std::move(physical)}};
}

Json result_json(const util::Diagnostic& finding, const std::string& path) {
  const std::span<const Code> all = codes();
  const auto index =
      std::find_if(all.begin(), all.end(), [&](const Code& code) { return code.name == finding.code; }) -
      all.begin();
  const std::string message = finding.message + (finding.hint.empty() ? "" : "; " + finding.hint);
  return {{"ruleId", finding.code},
          {"ruleIndex", index},
          {"level", util::name_of(finding.severity)},
          {"message", {{"text", message}}},
          {"locations", Json::array({location_json(finding, path)})}};
}

}  // namespace

std::string to_json(const std::vector<FileReport>& reports) {
  Json files = Json::array();
  for (const FileReport& report : reports) {
    Json file = {{"path", report.path}, {"findings", Json::array()}};
    for (const util::Diagnostic& finding : report.findings) file["findings"].push_back(finding_json(finding));
    if (report.sample) file["sample"] = sample_json(*report.sample, report.rules);
    files.push_back(std::move(file));
  }
  const Counts counts = count(reports);
  const Json summary = {{"files", reports.size()},
                        {"errors", counts.errors},
                        {"warnings", counts.warnings},
                        {"notes", counts.notes}};
  return util::dump({{"files", files}, {"summary", summary}}, 2) + "\n";
}

std::string to_sarif(const std::vector<FileReport>& reports) {
  Json results = Json::array();
  for (const FileReport& report : reports) {
    for (const util::Diagnostic& finding : report.findings)
      results.push_back(result_json(finding, report.path));
  }
  const Json driver = {{"name", "routemeter"}, {"version", ROUTEMETER_VERSION}, {"rules", rules_json()}};
  const Json run = {
      {"tool", {{"driver", driver}}}, {"columnKind", "unicodeCodePoints"}, {"results", std::move(results)}};
  return util::dump({{"$schema", kSchema}, {"version", "2.1.0"}, {"runs", Json::array({run})}}, 2) + "\n";
}

}  // namespace routemeter::check
