// SPDX-License-Identifier: Apache-2.0
#include "tools/check/sample.h"

#include <string_view>
#include <utility>

#include "app/load/log_scan.h"
#include "tools/check/review/finding.h"

namespace routemeter::check {
namespace {

constexpr std::size_t kTopUnmatched = 10;

// Other commands name the log format by --format; here that is the form of the findings.
util::Diagnostics with_our_flag(util::Diagnostics errors) {
  constexpr std::string_view kTheirs = "--format ";
  for (util::Diagnostic& error : errors) {
    const std::size_t at = error.hint.find(kTheirs);
    if (at != std::string::npos) error.hint.replace(at, kTheirs.size(), "--sample-format ");
  }
  return errors;
}

}  // namespace

util::Result<SampleReport> read_sample(const model::RuleFile& file,
                                       std::shared_ptr<const route::Router> router,
                                       const std::vector<std::string>& logs,
                                       const std::optional<std::string>& format) {
  model::FormatSpec spec = file.format;
  if (format) {
    spec = {};
    spec.text = *format;
    spec.origin = "--sample-format";
  }
  SampleReport report;
  report.hits.resize(file.routes.size());
  pipeline::Unmatched unmatched;
  const auto resolver = route::make_resolver(std::move(router));
  auto scan = app::scan_logs(logs, spec, [&](const app::ScannedLine& line) {
    if (line.request == nullptr) {
      ++report.unparsed;
      return;
    }
    const route::Decision decision = resolver->resolve(*line.request);
    if (decision.rule >= 0) ++report.hits[static_cast<std::size_t>(decision.rule)];
    if (decision.outcome == route::Outcome::kTemplated) {
      ++report.matched;
    } else if (decision.outcome == route::Outcome::kExcluded) {
      ++report.excluded;
    } else {
      ++report.unmatched;
      unmatched.add(line.request->target);
    }
  });
  if (!scan) return with_our_flag(scan.errors());
  for (const app::ScannedLog& log : scan->logs) {
    report.lines += log.lines;
    report.unparsed += log.too_long;
  }
  report.failures = std::move(scan->failures);
  report.top_unmatched = unmatched.top(kTopUnmatched);
  return report;
}

util::Diagnostics never_hit(const model::RuleFile& file, const SampleReport& sample) {
  Findings findings(file);
  for (std::size_t i = 0; i < file.routes.size(); ++i) {
    if (sample.hits[i] > 0) continue;
    findings.add("never-hit", file.routes[i].at, "no line of the sample gets to this rule",
                 "try a longer sample; 'routemeter explain' shows which rule takes a request");
  }
  return findings.take();
}

}  // namespace routemeter::check
