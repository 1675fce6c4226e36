// SPDX-License-Identifier: Apache-2.0
#include "tools/doctor/examine.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <utility>

#include "input/stream/stream_source.h"
#include "tools/doctor/place/access.h"
#include "util/fmt.h"

namespace routemeter::doctor {
namespace {

bool is_archive(std::string_view log) { return log.size() > 3 && log.ends_with(".gz"); }

/// The command line that gives the metrics of this log.
std::string command_for(const std::string& log, const app::CommonOptions& common,
                        const FormatChoice& choice) {
  std::string out = log == "-" || is_archive(log) ? "routemeter replay" : "routemeter serve";
  const bool in_file = choice.proposed && !choice.spec.fields.empty();
  if (common.rules || in_file)
    out += fmt::format(" --rules {}", shell_word(common.rules.value_or("rules.yaml")));
  const auto format = choice.proposed ? std::optional(choice.spec.text) : common.format;
  if (format && !in_file) out += fmt::format(" --format {}", shell_word(*format));
  return fmt::format("{} {}", out, shell_word(log));
}

void read_log(OpenLog& open, const app::CommonOptions& common, const app::Service& service,
              const Surroundings& around, const Bounds& bounds, LogReport& report) {
  const std::vector<std::string_view> lines = open.lines();
  if (lines.empty()) {
    const bool known_empty = !report.findings.empty() && report.findings.back().code == "empty";
    if (!known_empty) report.findings.push_back({Level::kNote, "no-lines", "there is no line in it yet"});
    return;
  }
  const FormatChoice choice = choose_format(service.rules.format, report.log, lines,
                                            nginx_candidates(report.log, around.nginx), report.findings);
  if (choice.format == nullptr) return;
  report.format = choice.name;
  const auto study = study_log(open, report.log, *choice.format, service, bounds);
  if (!study)
    return add_errors(report.findings, "metrics", "the metrics of the rule file cannot be made from this log",
                      app::with_source(service.rules, study.errors()));
  report.counters = study->counters();
  const Server server = server_of(choice.name, *choice.format, report.log);
  check_lines(*choice.format, *study, report.findings);
  check_missing(*choice.format, server, choice.spec.text, *study, service, report);
  check_numbers(*choice.format, *study, server, report.findings);
  check_clock(*study, around.now, report.findings);
  check_nginx(report.log, around.nginx, choice.spec, report.findings);
  check_rules(*study, service, common.rules.value_or(""), report.log, report.findings);
  report.command = command_for(report.log, common, choice);
}

constexpr std::size_t kMaxLogs = 20;
/// The first read of a log brings that much anyway.
constexpr Bounds kFirstLines = {std::uint64_t{256} * 1024, 0};

/// Findings that serve reports itself when it reads the log, or waits for, as a service has to.
bool is_told_by_serve(std::string_view code) {
  constexpr std::array<std::string_view, 14> kTold = {
      "format",        "fields",    "metrics",    "lines",  "damaged",    "no-host", "not-found",
      "dangling-link", "directory", "unreadable", "binary", "compressed", "empty",   "matched"};
  return code.substr(0, 8) == "missing-" || std::ranges::find(kTold, code) != kTold.end();
}

std::string in_one_line(const Finding& finding) {
  std::string out = finding.message;
  if (!finding.advice.empty()) out += "; " + finding.advice;
  return finding.paste.size() == 1 ? out + ": " + finding.paste.front() : out;
}

}  // namespace

Surroundings look_around(const std::string& nginx_config, const std::string& logrotate_config) {
  const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
  return {read_nginx_config(nginx_config), logrotate_config, read_logrotate(logrotate_config), now.count()};
}

LogReport examine(const std::string& log, const app::CommonOptions& common, const app::Service& service,
                  const Surroundings& around, const Bounds& bounds) {
  LogReport report{log};
  if (log != "-") {
    if (input::is_stream(log)) {
      report.findings.push_back({Level::kNote, "stream", "it is a stream: there is nothing to look into"});
      return report;
    }
    report.findings.push_back(check_access(log));
    if (report.findings.back().level == Level::kProblem) return report;
  }
  auto open = open_log(log);
  if (!open) {
    const util::Diagnostic& d = open.errors().front();
    report.findings.push_back({Level::kProblem, "unreadable", d.message, d.hint});
    return report;
  }
  read_log(*open, common, service, around, bounds, report);
  if (log != "-" && !is_archive(log)) {
    check_rotation(log, around.rotation, around.logrotate_config, report.findings);
  }
  return report;
}

std::vector<app::LogWarning> check_at_start(const app::CommonOptions& common, const app::Service& service,
                                            const Surroundings& around) {
  std::vector<app::LogWarning> out;
  const std::vector<std::string> logs = app::expand_logs(common.logs);
  for (std::size_t i = 0; i < logs.size() && i < kMaxLogs; ++i) {
    // Bytes read from a stream would be lost for serve.
    if (input::is_stream(logs[i])) continue;
    for (const Finding& finding : examine(logs[i], common, service, around, kFirstLines).findings) {
      if (finding.level < Level::kWarning || is_told_by_serve(finding.code)) continue;
      out.push_back({logs[i], in_one_line(finding)});
    }
  }
  return out;
}

}  // namespace routemeter::doctor
