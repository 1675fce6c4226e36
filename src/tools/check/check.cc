// SPDX-License-Identifier: Apache-2.0
#include "tools/check/check.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "app/load/service.h"
#include "document/read_file.h"
#include "format/choose/formats.h"
#include "metric/store/store.h"
#include "rules/rule_loader.h"
#include "tools/check/language/reach.h"
#include "tools/check/review/finding.h"
#include "tools/check/review/reviews.h"
#include "util/fmt.h"

namespace routemeter::check {
namespace {

using model::Field;

void append(util::Diagnostics& all, util::Diagnostics more, std::string_view code) {
  for (util::Diagnostic& finding : more) {
    if (finding.code.empty()) finding.code = code;
    all.push_back(std::move(finding));
  }
}

// The fields that the format can deliver. With `auto` only the log tells, so all of them.
model::FieldSet fields_of(const model::RuleFile& file, util::Diagnostics& errors) {
  if (file.format.text == "auto") return model::FieldSet::all();
  const auto format = format::compile(file.format, route::compile_capture_regex);
  if (format) return (*format)->available();
  append(errors, app::with_source(file, format.errors()), "invalid-format");
  return model::FieldSet::all();
}

// Hosts and metrics that the file asks for and its format does not log. The default metrics are not asked for
// one by one.
void review_fields(const model::RuleFile& file, model::FieldSet available, Findings& findings) {
  for (const model::Rule& rule : file.routes) {
    if (rule.host.empty() || available.has(Field::kHost)) continue;
    findings.add("host-unknown", rule.at, "the log format has no host: this rule can never win",
                 "log the host too, such as nginx's $host, or leave 'host' out of the rule");
  }
  for (const model::MetricSpec& spec : file.metrics) {
    if (spec.kind == "default") continue;
    model::RuleFile alone;
    alone.metrics = {spec};
    model::AbsentFamilies absent;
    const auto store = metric::create_store(alone, {"none"}, available, &absent);
    for (const model::AbsentFamily& family : absent) {
      findings.add("metric-absent", spec.at, fmt::format("this metric stays absent: {}", family.lacks),
                   fmt::format("{}, or name the field of the log under 'fields:', or remove the metric",
                               family.remedy));
    }
  }
}

void review_tests(const model::RuleFile& file, Findings& findings) {
  if (!file.tests.empty() || file.routes.empty()) return;
  findings.add_whole("no-tests", "no tests: nothing shows when a rule stops matching",
                     "write some, such as tests: ['GET /items/42 -> /items/{item_id}']");
}

bool has_code(const util::Diagnostics& findings, std::initializer_list<std::string_view> codes) {
  return std::any_of(findings.begin(), findings.end(), [codes](const util::Diagnostic& finding) {
    return std::find(codes.begin(), codes.end(), finding.code) != codes.end();
  });
}

// Appends the errors of a later stage, except in lines where an earlier stage has found the cause.
void append_new(util::Diagnostics& all, const util::Diagnostics& more, std::string_view code) {
  util::Diagnostics fresh;
  for (const util::Diagnostic& finding : more) {
    const bool known = std::any_of(all.begin(), all.end(), [&finding](const util::Diagnostic& earlier) {
      return earlier.at.line == finding.at.line;
    });
    if (!known) fresh.push_back(finding);
  }
  append(all, std::move(fresh), code);
}

void review(FileReport& report, metric::Store& store, model::FieldSet available) {
  const model::RuleFile& file = report.rules;
  const std::vector<RuleShape> shapes = shapes_of(file);
  const Subject subject{file, shapes, report.router};
  Findings findings(file);
  review_order(subject, findings);
  review_routes(subject, findings);
  review_patterns(subject, findings);
  review_exclude(subject, findings);
  review_names(subject, findings);
  review_series(subject, store, findings);
  review_fields(file, available, findings);
  review_tests(file, findings);
  report.findings = findings.take();
}

// Each stage looks at the parts that the one before it could read, so that all errors come at once.
void compile_and_review(FileReport& report) {
  const model::RuleFile& file = report.rules;
  util::Diagnostics& errors = report.findings;
  const bool format_is_read = !has_code(errors, {"invalid-format", "invalid-fields"});
  const bool metrics_are_read = !has_code(errors, {"invalid-metrics", "invalid-labels", "invalid-limits"});
  const auto router = route::compile(file);
  if (!router) append_new(errors, router.errors(), "invalid-routes");
  const model::FieldSet available = format_is_read ? fields_of(file, errors) : model::FieldSet::all();
  if (metrics_are_read) {
    const auto labels = router ? (*router)->labels() : std::vector<std::string>{"none"};
    const auto store = metric::create_store(file, labels, available);
    if (!store) append_new(errors, store.errors(), "invalid-metrics");
    if (errors.empty()) {
      report.router = *router;
      review(report, **store, available);
    }
  }
  util::sort_by_place(report.findings);
}

}  // namespace

FileReport check_text(std::string_view text, const std::string& path) {
  FileReport report;
  report.path = path;
  rules::ReadRuleFile read = rules::read_rule_text(text, path);
  report.rules = std::move(read.file);
  report.findings = std::move(read.errors);
  if (!has_code(report.findings, {"invalid-yaml"})) compile_and_review(report);
  return report;
}

FileReport check_file(const std::string& path) {
  const auto text = document::read_file(path, "rule file");
  if (text) return check_text(*text, path);
  FileReport report;
  report.path = path;
  report.readable = false;
  append(report.findings, text.errors(), "unreadable");
  return report;
}

Counts count(const std::vector<FileReport>& reports) {
  Counts counts;
  for (const FileReport& report : reports) {
    for (const util::Diagnostic& finding : report.findings) {
      counts.errors += finding.severity == util::Severity::kError;
      counts.warnings += finding.severity == util::Severity::kWarning;
      counts.notes += finding.severity == util::Severity::kNote;
    }
  }
  return counts;
}

}  // namespace routemeter::check
