// SPDX-License-Identifier: Apache-2.0
#include "tools/check/report.h"
#include "util/json_writer.h"

namespace routemeter::check {
namespace {

using util::JsonWriter;

void write_finding(JsonWriter& json, const util::Diagnostic& finding) {
  json.begin_object();
  json.member("severity", util::name_of(finding.severity));
  json.member("code", finding.code);
  json.key("line");
  json.number(finding.at.line);
  json.key("column");
  json.number(finding.at.column);
  json.member("message", finding.message);
  json.member("hint", finding.hint);
  json.end_object();
}

void write_count(JsonWriter& json, std::string_view name, std::uint64_t value) {
  json.key(name);
  json.number(value);
}

void write_sample(JsonWriter& json, const FileReport& report) {
  const SampleReport& sample = *report.sample;
  json.begin_object();
  write_count(json, "lines", sample.lines);
  write_count(json, "unparsed", sample.unparsed);
  write_count(json, "matched", sample.matched);
  write_count(json, "unmatched", sample.unmatched);
  write_count(json, "excluded", sample.excluded);
  json.key("rules");
  json.begin_array();
  for (std::size_t i = 0; i < sample.hits.size(); ++i) {
    json.begin_object();
    json.key("line");
    json.number(report.rules.routes[i].at.line);
    json.member("text", report.rules.routes[i].text);
    write_count(json, "lines", sample.hits[i]);
    json.end_object();
  }
  json.end_array();
  json.key("top_unmatched");
  json.begin_array();
  for (const pipeline::Unmatched::Top& top : sample.top_unmatched) {
    json.begin_object();
    json.member("path", top.path);
    write_count(json, "lines", top.count);
    write_count(json, "excess", top.excess);
    json.end_object();
  }
  json.end_array();
  json.end_object();
}

}  // namespace

std::string to_json(const std::vector<FileReport>& reports) {
  JsonWriter json(2);
  json.begin_object();
  json.key("files");
  json.begin_array();
  for (const FileReport& report : reports) {
    json.begin_object();
    json.member("path", report.path);
    json.key("findings");
    json.begin_array();
    for (const util::Diagnostic& finding : report.findings) write_finding(json, finding);
    json.end_array();
    if (report.sample) {
      json.key("sample");
      write_sample(json, report);
    }
    json.end_object();
  }
  json.end_array();
  const Counts counts = count(reports);
  json.key("summary");
  json.begin_object();
  write_count(json, "files", reports.size());
  write_count(json, "errors", counts.errors);
  write_count(json, "warnings", counts.warnings);
  write_count(json, "notes", counts.notes);
  json.end_object();
  json.end_object();
  return json.text() + "\n";
}

}  // namespace routemeter::check
