// SPDX-License-Identifier: Apache-2.0
#include "tools/doctor/render.h"

#include "util/json_writer.h"
#include "util/printable.h"

namespace routemeter::doctor {
namespace {

constexpr std::size_t kLabelWidth = 9;
const std::string kIndent(kLabelWidth + 2, ' ');

std::string plural(std::size_t number, const std::string& what) {
  return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
}

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
  std::string label(name_of(finding.level));
  label.resize(kLabelWidth, ' ');
  out += "  " + label + util::printable(finding.message) + "\n";
  for (const std::string& line : finding.shown) out += kIndent + safe(line) + "\n";
  if (!finding.advice.empty()) out += kIndent + "-> " + util::printable(finding.advice) + "\n";
  for (const std::string& line : finding.paste) {
    if (!line.empty()) out += kIndent + "   " + safe(line);
    out += "\n";
  }
}

std::size_t total(const std::vector<LogReport>& reports, Level level) {
  std::size_t out = 0;
  for (const LogReport& report : reports) out += count(report.findings, level);
  return out;
}

void write_strings(util::JsonWriter& json, std::string_view key, const std::vector<std::string>& strings) {
  if (strings.empty()) return;
  json.key(key);
  json.begin_array();
  for (const std::string& text : strings) json.string(text);
  json.end_array();
}

void write_finding(util::JsonWriter& json, const Finding& finding) {
  json.begin_object();
  json.member("level", name_of(finding.level));
  json.member("code", finding.code);
  json.member("message", finding.message);
  write_strings(json, "shown", finding.shown);
  if (!finding.advice.empty()) json.member("advice", finding.advice);
  write_strings(json, "paste", finding.paste);
  json.end_object();
}

void write_report(util::JsonWriter& json, const LogReport& report) {
  json.begin_object();
  json.member("log", report.log);
  json.key("format");
  if (report.format.empty()) {
    json.null();
  } else {
    json.string(report.format);
  }
  json.key("lines");
  json.number(report.lines);
  json.key("requests");
  json.number(report.requests);
  json.key("unparsed");
  json.begin_object();
  for (std::size_t i = 0; i < report.unparsed.size(); ++i) {
    if (report.unparsed[i] == 0) continue;
    json.key(model::kReasonNames[i]);
    json.number(report.unparsed[i]);
  }
  json.end_object();
  json.key("missing");
  json.begin_array();
  for (const std::string& field : report.missing) json.string(field);
  json.end_array();
  json.key("findings");
  json.begin_array();
  for (const Finding& finding : report.findings) write_finding(json, finding);
  json.end_array();
  json.key("command");
  if (report.command.empty()) {
    json.null();
  } else {
    json.string(report.command);
  }
  json.end_object();
}

}  // namespace

std::string to_text(const std::vector<LogReport>& reports) {
  std::string out;
  for (const LogReport& report : reports) {
    out += util::printable(report.log) + "\n";
    for (const Finding& finding : report.findings) append_finding(finding, out);
    out += "\n";
  }
  out += plural(total(reports, Level::kProblem), "problem") + ", " +
         plural(total(reports, Level::kWarning), "warning") + "\n";
  for (const LogReport& report : reports) {
    if (!report.command.empty()) out += util::printable(report.command) + "\n";
  }
  return out;
}

std::string to_json(const std::vector<LogReport>& reports) {
  util::JsonWriter json(2);
  json.begin_object();
  json.key("logs");
  json.begin_array();
  for (const LogReport& report : reports) write_report(json, report);
  json.end_array();
  json.key("problems");
  json.number(static_cast<std::uint64_t>(total(reports, Level::kProblem)));
  json.key("warnings");
  json.number(static_cast<std::uint64_t>(total(reports, Level::kWarning)));
  json.end_object();
  return json.text() + "\n";
}

}  // namespace routemeter::doctor
