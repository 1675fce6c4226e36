// SPDX-License-Identifier: Apache-2.0
#include "tools/doctor/checks.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "input/look/rotation_name.h"
#include "metric/store/store.h"
#include "model/vocabulary.h"
#include "util/words.h"

namespace routemeter::doctor {
namespace {

using model::Field;
using model::Reason;

std::string by_reason(const pipeline::Counters& counters) {
  std::string out;
  for (std::size_t i = 0; i < counters.unparsed.size(); ++i) {
    if (counters.unparsed[i] > 0) out += fmt::format(", {} {}", counters.unparsed[i], model::kReasonNames[i]);
  }
  return out;
}

Level level_of(const pipeline::Counters& counters) {
  std::uint64_t odd = 0;
  for (std::size_t i = 1; i < counters.unparsed.size(); ++i) {
    if (wants_repair(static_cast<Reason>(i))) odd += counters.unparsed[i];
  }
  if (odd == 0) return Level::kOk;
  if (odd * 2 > counters.parsed() + odd) return Level::kProblem;
  return odd * 100 > counters.parsed() + odd ? Level::kWarning : Level::kNote;
}

void show_odd(const format::Format& format, const OddLine& odd, Finding& finding) {
  const auto mismatch = format.explain(odd.text);
  const std::string line = odd.number > 0 ? fmt::format(" is line {}", odd.number) : "";
  const std::string head = fmt::format("the first{} ({}):", line, model::name_of(odd.reason));
  if (mismatch) {
    show_mismatch(fmt::format("{} expected {}", head, mismatch->expected), *mismatch, finding);
  } else {
    finding.shown.push_back(head);
    finding.shown.push_back(odd.text.substr(0, 200));
  }
}

/// The fields that metrics are made of, in the order in which missing ones are reported.
constexpr std::array kMeasured = {Field::kDuration, Field::kTimeToFirstByte, Field::kRequestSize,
                                  Field::kResponseSize};

/// "time to first byte".
std::string in_words(Field field) {
  std::string out(model::name_of(field));
  std::ranges::replace(out, '_', ' ');
  return out;
}

/// The names of the families that need a field.
std::string families_with(Field field, const model::Snapshot& families) {
  std::vector<std::string> names;
  for (const model::Family& family : families) {
    if (family.needs.has(field)) names.push_back(family.name);
  }
  return util::joined(names);
}

/// Checks that a time with a place in the lines has a value there. Sizes are not checked: most requests have
/// no body, and an unknown size is 0.
void check_unknown(Field field, const std::string& families, const Study& study, Findings& findings) {
  if (study.requests.empty() || (field != Field::kDuration && field != Field::kTimeToFirstByte)) return;
  const auto known = static_cast<std::size_t>(
      std::ranges::count_if(study.requests, [field](const RequestNumbers& r) { return r.known.has(field); }));
  const std::size_t all = study.requests.size();
  if (known == 0) {
    findings.push_back(
        {Level::kWarning, "never-known",
         fmt::format("the {} has a place in the lines, but is \"-\" in all of them: {} will have no "
                     "observation",
                     in_words(field), families),
         "is it the variable that this server fills?"});
  } else if (known * 2 < all) {
    findings.push_back({Level::kNote, "seldom-known",
                        fmt::format("the {} is known in {} of {} requests; the others are not observed in {}",
                                    in_words(field), known, all, families)});
  }
}

/// The file that the server writes to, where the log is an archive of it or standard input.
std::string live_path(const std::string& log) {
  return log == "-" ? "/var/log/access.log" : std::string(input::without_compression(log));
}

void check_shares(const Study& study, const std::string& rules, const std::string& log, Findings& findings) {
  const pipeline::Counters& counters = study.counters();
  const std::uint64_t requests = counters.parsed();
  if (requests == 0) return;
  const std::uint64_t matched = requests - counters.excluded - counters.unmatched;
  std::string message = fmt::format(
      "{} of the requests match a rule, {} match none{}", util::percent(matched, requests),
      util::percent(counters.unmatched, requests), counters.ignored > 0 ? " and are ignored" : "");
  if (counters.excluded > 0)
    message += fmt::format(", {} are excluded", util::percent(counters.excluded, requests));
  Finding finding{Level::kOk, "matched", std::move(message)};
  if (matched == 0 && counters.unmatched > 0) finding.level = Level::kWarning;
  if (counters.unmatched > 0) {
    finding.shown.emplace_back("most frequent without a rule:");
    for (const pipeline::Unmatched::Top& top : study.unmatched.top(5)) {
      finding.shown.push_back(fmt::format("  {}{}  {}{}", top.excess > 0 ? "at least " : "",
                                          top.count - top.excess, top.path, top.cut ? "..." : ""));
    }
    finding.advice = fmt::format(
        "routes: routemeter import openapi.json, or routemeter learn --rules {0} {1}; why one does not "
        "match: "
        "routemeter explain --rules {0} 'GET /path'",
        shell_word(rules), shell_word(log));
  }
  findings.push_back(std::move(finding));
}

/// The number of series if each rule had as many as those that were hit.
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
  std::string message = fmt::format("{} of labels in this log", util::counted(series, "set"));
  if (later > series) message += fmt::format(", about {} when every rule is hit as these are", later);
  message += fmt::format("; max_series is {}", limit);
  const bool grows = !service.rules.options.group_untemplated && study.half_series > 0 &&
                     series > study.half_series + study.half_series / 2;
  // A label that the rule file names always gets its series.
  const bool open = !service.rules.options.group_untemplated || service.rules.options.verbatim_methods;
  if (study.worker->store().overflowed() || (open && later > limit)) {
    findings.push_back(
        {Level::kWarning, "series", message + ": labels that clients write become \"other\"",
         "fewer rules or labels, group_untemplated: true, or a larger limits: {max_series: ...}"});
  } else if (grows) {
    findings.push_back({Level::kWarning, "series",
                        message + ": it still grows, since paths are labels (group_untemplated: false)",
                        "group_untemplated: true, or ignore_untemplated: true"});
  } else {
    findings.push_back({Level::kOk, "series", std::move(message)});
  }
}

}  // namespace

void check_lines(const format::Format& format, const Study& study, Findings& findings) {
  const pipeline::Counters& counters = study.counters();
  Finding finding{level_of(counters), "lines",
                  fmt::format("{}: {}{}{}", util::counted(counters.lines, "line"),
                              util::counted(counters.parsed(), "request"), by_reason(counters),
                              study.whole ? "" : " (it is big: only its beginning and its end were read)")};
  if (study.first_odd) {
    show_odd(format, *study.first_odd, finding);
    if (!wants_repair(study.first_odd->reason)) {
      finding.advice =
          "nothing to do: clients sent what is no HTTP request; it counts as bad_request, and not as a "
          "request";
    }
  }
  findings.push_back(std::move(finding));
  for (const util::Diagnostic& d : study.damage)
    findings.push_back(
        {Level::kWarning, "damaged", fmt::format("it cannot be read to its end: {}", d.message), d.hint});
}

void check_missing(const format::Format& format, Server server, const std::string& text, const Study& study,
                   const app::Service& service, LogReport& report) {
  const auto store = metric::create_store(service.rules, service.router->labels(), model::FieldSet::all());
  if (!store) return;  // reported already: the study needs the same
  const model::Snapshot families = (*store)->snapshot();
  model::FieldSet has = format.certain();
  has.add(study.source.seen);
  std::vector<Field> missing;
  for (const Field field : kMeasured) {
    const std::string costs = families_with(field, families);
    if (costs.empty()) continue;
    if (has.has(field)) {
      check_unknown(field, costs, study, report.findings);
      continue;
    }
    missing.push_back(field);
    report.missing.emplace_back(model::name_of(field));
    report.findings.push_back({Level::kProblem, fmt::format("missing-{}", model::name_of(field)),
                               fmt::format("the lines have no {}: no {}", in_words(field), costs)});
  }
  if (!report.missing.empty()) {
    auto own = extend_format(server, text, missing);
    Remedy remedy = own ? std::move(*own) : remedy_for(server, live_path(report.log));
    report.findings.back().advice = std::move(remedy.advice);
    report.findings.back().paste = std::move(remedy.paste);
  }
  for (const std::string& note : app::host_notes(service.rules, has))
    report.findings.push_back({Level::kWarning, "no-host", note, "log $host, or drop the host of the rule"});
  if (!format.available().has(Field::kTime)) {
    report.findings.push_back(
        {Level::kNote, "no-time",
         "the lines have no time: routemeter_last_request_timestamp_seconds will be absent"});
  }
}

void check_rules(const Study& study, const app::Service& service, const std::string& rules_path,
                 const std::string& log, Findings& findings) {
  if (!rules_path.empty()) check_shares(study, rules_path, log, findings);
  check_series(study, service, findings);
}

}  // namespace routemeter::doctor
