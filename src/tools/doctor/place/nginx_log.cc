// SPDX-License-Identifier: Apache-2.0
#include "tools/doctor/place/nginx_log.h"

#include <algorithm>
#include <set>
#include <utility>

#include "document/yaml_scalar.h"
#include "format/text/text_formats.h"
#include "tools/doctor/place/text_file.h"

namespace routemeter::doctor {
namespace {

std::string where(const AccessLog& directive) {
  return directive.file + ":" + std::to_string(directive.line);
}

std::string option(const AccessLog& directive, std::string_view name) {
  for (const std::string& word : directive.rest) {
    if (word.substr(0, name.size()) == name) return word;
  }
  return "";
}

/// The string without its directive and escape: what two ways to write it have in common.
std::string plain(const model::FormatSpec& spec) {
  const auto read = format::read_nginx_string(spec);
  return read ? read->text : spec.text;
}

void check_options(const AccessLog& directive, Findings& findings) {
  if (const std::string gzip = option(directive, "gzip"); !gzip.empty()) {
    findings.push_back(
        make_finding(Level::kProblem, "nginx-gzip",
                     "nginx compresses it while it writes (" + where(directive) +
                         "): a compressed stream cannot be followed",
                     "drop " + gzip + " from access_log; logrotate can compress what is rotated"));
  }
  const std::string buffer = option(directive, "buffer=");
  if (!buffer.empty()) {
    const std::string flush = option(directive, "flush=");
    findings.push_back(make_finding(
        flush.empty() ? Level::kWarning : Level::kNote, "nginx-buffer",
        "nginx keeps lines back (" + where(directive) + ": " + buffer +
            (flush.empty() ? ", no flush=): they come when the buffer is full, minutes late on a quiet server"
                           : ", " + flush + "): counts are late by as much, and complete"),
        flush.empty() ? "add flush=1s, or drop buffer=" : ""));
  }
  if (const std::string condition = option(directive, "if="); !condition.empty()) {
    findings.push_back(
        make_finding(Level::kWarning, "nginx-if",
                     "nginx logs only some requests here (" + where(directive) + ": " + condition +
                         "): only those are counted",
                     "give routemeter a log of its own without if=; exclude in the rule file leaves out what "
                     "you do not want to count"));
  }
}

void check_format(const AccessLog& directive, const NginxConfig& config, const model::FormatSpec& used,
                  Findings& findings) {
  const auto found = config.formats.find(directive.format);
  if (directive.format == "combined" || found == config.formats.end()) {
    findings.push_back(
        make_finding(Level::kOk, "nginx-format",
                     "nginx writes it with log_format " + directive.format + " (" + where(directive) + ")"));
    return;
  }
  const LogFormat& format = found->second;
  const std::string at = format.file + ":" + std::to_string(format.line);
  model::FormatSpec theirs;
  theirs.text = format.text;
  const bool ours_is_string = used.text.find('$') != std::string::npos;
  if (!ours_is_string || plain(used) == plain(theirs)) {
    findings.push_back(make_finding(Level::kOk, "nginx-format",
                                    "nginx writes it with log_format " + directive.format + " (" + at + ")" +
                                        (ours_is_string ? ", the string that is used here" : "")));
    return;
  }
  findings.push_back(make_finding(Level::kWarning, "nginx-format",
                                  "nginx writes it with log_format " + directive.format + " (" + at +
                                      "), which is another string than the one that is used here",
                                  "if nginx has been reloaded since, say its string in the rule file",
                                  {"format: " + util::yaml_scalar(format.text)}));
}

}  // namespace

std::vector<AccessLog> directives_for(const std::string& log, const NginxConfig& config) {
  std::vector<AccessLog> out;
  const std::string real = real_path(log);
  for (const AccessLog& directive : config.access_logs) {
    const std::string& path = directive.path;
    const bool same =
        !path.empty() && path[0] == '/' && (path == log || path == real || real_path(path) == real);
    if (same) out.push_back(directive);
  }
  return out;
}

std::vector<Candidate> nginx_candidates(const std::string& log, const NginxConfig& config) {
  std::vector<Candidate> out;
  for (const AccessLog& directive : directives_for(log, config)) {
    const auto format = config.formats.find(directive.format);
    if (format == config.formats.end()) continue;
    Candidate candidate;
    candidate.name = "nginx log_format " + directive.format;
    candidate.spec.text = format->second.text;
    candidate.remark = "as it stands in " + format->second.file + ":" + std::to_string(format->second.line);
    out.push_back(std::move(candidate));
  }
  return out;
}

void check_nginx(const std::string& log, const NginxConfig& config, const model::FormatSpec& format,
                 Findings& findings) {
  const std::vector<AccessLog> directives = directives_for(log, config);
  std::set<std::string> names;
  for (const AccessLog& directive : directives) names.insert(directive.format);
  if (names.size() > 1) {
    std::string list;
    for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
    findings.push_back(make_finding(
        Level::kProblem, "nginx-mixed",
        "nginx writes it with several formats: " + list + " (" + where(directives[0]) + " and others)",
        "use one log_format for a file"));
  } else if (!directives.empty()) {
    check_format(directives[0], config, format, findings);
  }
  for (const AccessLog& directive : directives) check_options(directive, findings);
}

}  // namespace routemeter::doctor
