// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tools/check/language/reach.h"
#include "tools/check/report.h"
#include "tools/check/review/finding.h"
#include "util/json_writer.h"

namespace routemeter::check {
namespace {

using util::JsonWriter;

constexpr std::string_view kSchema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

void write_message(JsonWriter& json, std::string_view key, std::string_view text) {
  json.key(key);
  json.begin_object();
  json.member("text", text);
  json.end_object();
}

void write_rules(JsonWriter& json) {
  json.key("rules");
  json.begin_array();
  for (const Code& code : codes()) {
    json.begin_object();
    json.member("id", code.name);
    write_message(json, "shortDescription", code.what);
    write_message(json, "help", code.repair);
    json.key("defaultConfiguration");
    json.begin_object();
    json.member("level", util::name_of(code.severity));
    json.end_object();
    json.end_object();
  }
  json.end_array();
}

// Characters before the byte that a column counts to, from 1.
int character_column(const util::Diagnostic& finding) {
  const auto bytes = std::min(static_cast<std::size_t>(finding.at.column - 1), finding.source_line.size());
  const auto begin = finding.source_line.begin();
  const auto characters = std::count_if(begin, begin + static_cast<std::ptrdiff_t>(bytes), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  });
  return finding.source_line.empty() ? finding.at.column : static_cast<int>(characters) + 1;
}

void write_location(JsonWriter& json, const util::Diagnostic& finding, const std::string& path) {
  json.begin_object();
  json.key("physicalLocation");
  json.begin_object();
  json.key("artifactLocation");
  json.begin_object();
  json.member("uri", (path.starts_with('/') ? "file://" : "") + target_of(path));
  json.end_object();
  if (finding.at.line > 0) {
    json.key("region");
    json.begin_object();
    json.key("startLine");
    json.number(finding.at.line);
    json.key("startColumn");
    json.number(character_column(finding));
    json.end_object();
  }
  json.end_object();
  json.end_object();
}

void write_result(JsonWriter& json, const util::Diagnostic& finding, const std::string& path) {
  const std::span<const Code> all = codes();
  const auto index =
      std::find_if(all.begin(), all.end(), [&](const Code& code) { return code.name == finding.code; }) -
      all.begin();
  json.begin_object();
  json.member("ruleId", finding.code);
  json.key("ruleIndex");
  json.number(static_cast<int>(index));
  json.member("level", util::name_of(finding.severity));
  write_message(json, "message", finding.message + (finding.hint.empty() ? "" : "; " + finding.hint));
  json.key("locations");
  json.begin_array();
  write_location(json, finding, path);
  json.end_array();
  json.end_object();
}

}  // namespace

std::string to_sarif(const std::vector<FileReport>& reports) {
  JsonWriter json(2);
  json.begin_object();
  json.member("$schema", kSchema);
  json.member("version", "2.1.0");
  json.key("runs");
  json.begin_array();
  json.begin_object();
  json.key("tool");
  json.begin_object();
  json.key("driver");
  json.begin_object();
  json.member("name", "routemeter");
  json.member("version", ROUTEMETER_VERSION);
  write_rules(json);
  json.end_object();
  json.end_object();
  json.member("columnKind", "unicodeCodePoints");
  json.key("results");
  json.begin_array();
  for (const FileReport& report : reports) {
    for (const util::Diagnostic& finding : report.findings) write_result(json, finding, report.path);
  }
  json.end_array();
  json.end_object();
  json.end_array();
  json.end_object();
  return json.text() + "\n";
}

}  // namespace routemeter::check
