// SPDX-License-Identifier: Apache-2.0
#include "tools/doctor/rules_use.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>
#include <utility>

#include "tools/doctor/place/shell.h"

namespace routemeter::doctor {
namespace {

constexpr std::size_t kTop = 5;

std::string percent(std::uint64_t part, std::uint64_t whole) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f %%",
                100.0 * static_cast<double>(part) / static_cast<double>(whole));
  return text.data();
}

void check_shares(const Study& study, const std::string& rules, const std::string& log, Findings& findings) {
  const pipeline::Counters& counters = study.counters();
  const std::uint64_t requests = counters.parsed();
  if (requests == 0) return;
  const std::uint64_t matched = requests - counters.excluded - counters.unmatched;
  std::string message = percent(matched, requests) + " of the requests match a rule, " +
                        percent(counters.unmatched, requests) + " match none" +
                        (counters.ignored > 0 ? " and are ignored" : "");
  if (counters.excluded > 0) message += ", " + percent(counters.excluded, requests) + " are excluded";
  Finding finding = make_finding(Level::kOk, "matched", std::move(message));
  if (matched == 0 && counters.unmatched > 0) finding.level = Level::kWarning;
  if (counters.unmatched > 0) {
    finding.shown.emplace_back("most frequent without a rule:");
    for (const pipeline::Unmatched::Top& top : study.unmatched.top(kTop)) {
      const std::uint64_t least = top.count - top.excess;
      finding.shown.push_back("  " +
                              (top.excess > 0 ? "at least " + std::to_string(least) : std::to_string(least)) +
                              "  " + top.path + (top.cut ? "..." : ""));
    }
    finding.advice = "routes: routemeter import openapi.json, or routemeter learn --rules " +
                     shell_word(rules) + " " + shell_word(log) +
                     "; why one does not match: routemeter explain --rules " + shell_word(rules) +
                     " 'GET /path'";
  }
  findings.push_back(std::move(finding));
}

/// Series there would be if each rule had what those that were hit have.
std::uint64_t projected(const Study& study, const app::Service& service, std::uint64_t series) {
  std::set<std::string> all;
  std::set<std::string> hit;
  for (std::size_t i = 0; i < service.rules.routes.size(); ++i) {
    const std::string& handler = service.rules.routes[i].handler;
    if (handler.empty()) continue;
    all.insert(handler);
    if (study.worker->rules()[i].hits > 0) hit.insert(handler);
  }
  const std::uint64_t seen =
      std::max<std::uint64_t>(1, hit.size() + (study.counters().unmatched > 0 ? 1 : 0));
  return std::max(series, (series * (all.size() + 1) + seen - 1) / seen);
}

void check_series(const Study& study, const app::Service& service, Findings& findings) {
  const std::uint64_t series = study.worker->store().series_count();
  if (series == 0) return;
  const std::uint64_t limit = service.rules.limits.max_series;
  const std::uint64_t later = projected(study, service, series);
  std::string message = std::to_string(series) + (series == 1 ? " set" : " sets") + " of labels in this log";
  if (later > series) message += ", about " + std::to_string(later) + " when every rule is hit as these are";
  message += "; max_series is " + std::to_string(limit);
  const bool grows = !service.rules.options.group_untemplated && study.half_series > 0 &&
                     series > study.half_series + study.half_series / 2;
  // What the rule file names always gets its series.
  const bool open = !service.rules.options.group_untemplated || service.rules.options.verbatim_methods;
  if (study.worker->store().overflowed() || (open && later > limit)) {
    findings.push_back(make_finding(
        Level::kWarning, "series", message + ": labels that clients write become \"other\"",
        "fewer rules or labels, group_untemplated: true, or a larger limits: {max_series: ...}"));
  } else if (grows) {
    findings.push_back(
        make_finding(Level::kWarning, "series",
                     message + ": it still grows, since paths are labels (group_untemplated: false)",
                     "group_untemplated: true, or ignore_untemplated: true"));
  } else {
    findings.push_back(make_finding(Level::kOk, "series", std::move(message)));
  }
}

}  // namespace

void check_rules(const Study& study, const app::Service& service, const std::string& rules_path,
                 const std::string& log, Findings& findings) {
  if (!rules_path.empty()) check_shares(study, rules_path, log, findings);
  check_series(study, service, findings);
}

}  // namespace routemeter::doctor
