// SPDX-License-Identifier: Apache-2.0
#include "cli/cli.h"
#include "cli/flags.h"
#include "cli/terminal.h"
#include "tools/check/check.h"

namespace routemeter::cli {
namespace {

struct CheckFlags {
  std::vector<std::string> files;
  std::string form = "text";
  bool strict = false;
  std::vector<std::string> samples;
  std::optional<std::string> sample_format;
};

std::string in_form(const std::string& form, const std::vector<check::FileReport>& reports) {
  if (form == "json") return check::to_json(reports);
  return form == "sarif" ? check::to_sarif(reports) : check::to_text(reports);
}

// Adds what the logs say; the exit code.
int add_sample(check::FileReport& report, const CheckFlags& flags) {
  auto sample = check::read_sample(report.rules, report.router, flags.samples, flags.sample_format);
  if (!sample) return print_and(kUsage, sample.errors());
  print_diagnostics(sample->failures);
  for (util::Diagnostic& note : check::never_hit(report.rules, *sample))
    report.findings.push_back(std::move(note));
  report.sample = std::move(*sample);
  return report.sample->failures.empty() ? kDone : kFailed;
}

int run_check(const CheckFlags& flags) {
  std::vector<check::FileReport> reports;
  int code = kDone;
  for (const std::string& path : flags.files) {
    check::FileReport& report = reports.emplace_back(check::check_file(path));
    if (!report.readable) code = kUsage;
    if (report.router != nullptr && !flags.samples.empty()) code = std::max(code, add_sample(report, flags));
  }
  print_out(in_form(flags.form, reports));
  print_err(check::summary(reports));
  const check::Counts counts = check::count(reports);
  const bool bad = counts.errors > 0 || (flags.strict && counts.warnings > 0);
  return std::max(code, bad ? kDiffers : kDone);
}

}  // namespace

std::function<int()> setup_check(CLI::App& app) {
  auto flags = std::make_shared<CheckFlags>();
  add_value(app, "rules", flags->files, "R", "Rule files")->required();
  app.add_option("--format", flags->form, "How to print the findings: text, json or sarif")
      ->capture_default_str()
      ->check(CLI::IsMember({"text", "json", "sarif"}));
  app.add_flag("--strict", flags->strict, "Exit 1 on warnings too");
  add_value(app, "--sample", flags->samples, "LOG",
            "Logs to try the rules on: shows each rule's share and the unmatched paths");
  add_value(app, "--sample-format", flags->sample_format, "F",
            "Format of these logs, instead of the rule file's");
  return [flags] { return run_check(*flags); };
}

}  // namespace routemeter::cli
