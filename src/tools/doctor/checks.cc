// SPDX-License-Identifier: Apache-2.0
#include "tools/doctor/checks.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>
#include <utility>

#include "input/look/rotation_name.h"
#include "metric/store/store.h"
#include "model/vocabulary.h"
#include "tools/doctor/place/doctor_finding.h"

namespace routemeter::doctor {
namespace {

using model::Reason;

std::string by_reason(const pipeline::Counters& counters) {
  std::string out;
  for (std::size_t i = 0; i < counters.unparsed.size(); ++i) {
    if (counters.unparsed[i] == 0) continue;
    out += ", " + std::to_string(counters.unparsed[i]) + " " + std::string(model::kReasonNames[i]);
  }
  return out;
}

std::uint64_t to_repair(const pipeline::Counters& counters) {
  std::uint64_t out = 0;
  for (std::size_t i = 1; i < counters.unparsed.size(); ++i) {
    if (wants_repair(static_cast<Reason>(i))) out += counters.unparsed[i];
  }
  return out;
}

Level level_of(const Study& study) {
  const pipeline::Counters& counters = study.counters();
  const std::uint64_t odd = to_repair(counters);
  if (odd == 0) return Level::kOk;
  if (odd * 2 > counters.parsed() + odd) return Level::kProblem;
  return odd * 100 > counters.parsed() + odd ? Level::kWarning : Level::kNote;
}

void show_odd(const format::Format& format, const OddLine& odd, Finding& finding) {
  const auto mismatch = format.explain(odd.text);
  std::string head = "the first";
  if (odd.number > 0) head += " is line " + std::to_string(odd.number);
  head += " (" + std::string(model::name_of(odd.reason)) + ")";
  if (mismatch) {
    finding.shown.push_back(head + ": expected " + mismatch->expected);
    append_lines(shown_at(mismatch->text, mismatch->at), finding.shown);
  } else {
    finding.shown.push_back(head + ":");
    finding.shown.push_back(odd.text.substr(0, 200));
  }
}

using model::Field;

/// The fields that metrics are made of, in the order in which they are told.
constexpr std::array kMeasured = {Field::kDuration, Field::kTimeToFirstByte, Field::kRequestSize,
                                  Field::kResponseSize};

std::string in_words(Field field) {
  switch (field) {
    case Field::kDuration:
      return "duration";
    case Field::kTimeToFirstByte:
      return "time to first byte";
    case Field::kRequestSize:
      return "request size";
    default:
      return "response size";
  }
}

model::FieldSet everything() {
  model::FieldSet all;
  for (int f = 0; f < static_cast<int>(Field::kCount); ++f) all.add(static_cast<Field>(f));
  return all;
}

/// The names of the families that need a field.
std::string families_with(Field field, const model::Snapshot& families) {
  std::string out;
  for (const model::Family& family : families) {
    if (family.needs.has(field)) out += (out.empty() ? "" : ", ") + family.name;
  }
  return out;
}

/// Whether a field that has its place in the lines has a value in any of them.
void check_unknown(Field field, const std::string& families, const Study& study, Findings& findings) {
  if (study.requests.empty()) return;
  const auto known = static_cast<std::size_t>(
      std::count_if(study.requests.begin(), study.requests.end(),
                    [field](const RequestNumbers& r) { return r.known.has(field); }));
  const std::size_t all = study.requests.size();
  // Sizes are mostly unknown in requests without a body, and unknown is 0 there.
  if (field != Field::kDuration && field != Field::kTimeToFirstByte) return;
  if (known == 0) {
    findings.push_back(make_finding(
        Level::kWarning, "never-known",
        "the " + in_words(field) + " has a place in the lines, but is \"-\" in all of them: " + families +
            " will have no observation",
        "is it the variable that this server fills?"));
  } else if (known * 2 < all) {
    findings.push_back(make_finding(Level::kNote, "seldom-known",
                                    "the " + in_words(field) + " is known in " + std::to_string(known) +
                                        " of " + std::to_string(all) +
                                        " requests; the others are not observed in " + families));
  }
}

/// What the server writes to, where the log is an archive of it or standard input.
std::string live_path(const std::string& log) {
  if (log == "-") return "/var/log/access.log";
  return std::string(input::without_compression(log));
}

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

void check_lines(const format::Format& format, const Study& study, Findings& findings) {
  const pipeline::Counters& counters = study.counters();
  Finding finding{level_of(study), "lines", "", {}, "", {}};
  finding.message = std::to_string(counters.lines) + (counters.lines == 1 ? " line: " : " lines: ") +
                    std::to_string(counters.parsed()) + (counters.parsed() == 1 ? " request" : " requests") +
                    by_reason(counters);
  if (!study.whole) finding.message += " (it is big: only its beginning and its end were read)";
  if (study.first_odd) {
    show_odd(format, *study.first_odd, finding);
    if (!wants_repair(study.first_odd->reason)) {
      finding.advice =
          "nothing to do: clients sent what is no HTTP request; it counts as bad_request, and not as a "
          "request";
    }
  }
  findings.push_back(std::move(finding));
  for (const util::Diagnostic& d : study.damage) {
    findings.push_back(
        make_finding(Level::kWarning, "damaged", "it cannot be read to its end: " + d.message, d.hint));
  }
}

void check_missing(const format::Format& format, Server server, const std::string& text, const Study& study,
                   const app::Service& service, LogReport& report) {
  std::vector<std::string> notes;
  const auto store = metric::create_store(service.rules, service.router->labels(), everything(), notes);
  if (!store) return;  // said already: the study needs the same
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
    report.findings.push_back(make_finding(Level::kProblem, "missing-" + std::string(model::name_of(field)),
                                           "the lines have no " + in_words(field) + ": no " + costs));
  }
  if (!report.missing.empty()) {
    auto own = extend_format(server, text, missing);
    Remedy remedy = own ? std::move(*own) : remedy_for(server, live_path(report.log));
    report.findings.back().advice = std::move(remedy.advice);
    report.findings.back().paste = std::move(remedy.paste);
  }
  for (const std::string& note : app::host_notes(service.rules, has)) {
    report.findings.push_back(
        make_finding(Level::kWarning, "no-host", note, "log $host, or drop the host of the rule"));
  }
  if (!format.available().has(Field::kTime)) {
    report.findings.push_back(
        make_finding(Level::kNote, "no-time",
                     "the lines have no time: routemeter_last_request_timestamp_seconds will be absent"));
  }
}

void check_rules(const Study& study, const app::Service& service, const std::string& rules_path,
                 const std::string& log, Findings& findings) {
  if (!rules_path.empty()) check_shares(study, rules_path, log, findings);
  check_series(study, service, findings);
}

}  // namespace routemeter::doctor
