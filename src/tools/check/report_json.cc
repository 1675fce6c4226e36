// SPDX-License-Identifier: Apache-2.0
#include "tools/check/report.h"
#include "util/json.h"

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

}  // namespace routemeter::check
