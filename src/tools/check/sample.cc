// SPDX-License-Identifier: Apache-2.0
#include "tools/check/sample.h"

#include <string_view>
#include <utility>

#include "app/load/log_scan.h"
#include "tools/check/review/finding.h"

namespace routemeter::check {
namespace {

constexpr std::size_t kTopUnmatched = 10;

class Sampler {
 public:
  Sampler(std::size_t rules, std::shared_ptr<const route::Router> router)
      : resolver_(route::make_resolver(std::move(router))) {
    report_.hits.resize(rules);
  }

  void visit(const app::ScannedLine& line) {
    if (line.request == nullptr) {
      ++report_.unparsed;
      return;
    }
    const route::Decision decision = resolver_->resolve(*line.request);
    if (decision.rule >= 0) ++report_.hits[static_cast<std::size_t>(decision.rule)];
    switch (decision.outcome) {
      case route::Outcome::kTemplated:
        ++report_.matched;
        return;
      case route::Outcome::kExcluded:
        ++report_.excluded;
        return;
      case route::Outcome::kUntemplated:
      case route::Outcome::kIgnored:
        ++report_.unmatched;
        unmatched_.add(line.request->target);
        return;
    }
  }

  SampleReport take(app::Scan scan) {
    for (const app::ScannedLog& log : scan.logs) {
      report_.lines += log.lines;
      report_.unparsed += log.too_long;
    }
    report_.failures = std::move(scan.failures);
    report_.top_unmatched = unmatched_.top(kTopUnmatched);
    return std::move(report_);
  }

 private:
  std::unique_ptr<route::Resolver> resolver_;
  pipeline::Unmatched unmatched_;
  SampleReport report_;
};

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
  Sampler sampler(file.routes.size(), std::move(router));
  auto scan = app::scan_logs(logs, spec, [&sampler](const app::ScannedLine& line) { sampler.visit(line); });
  if (!scan) return with_our_flag(scan.errors());
  return sampler.take(std::move(*scan));
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
