// SPDX-License-Identifier: Apache-2.0
#include "tools/doctor/lines.h"

#include <utility>

#include "tools/doctor/shown_line.h"

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

}  // namespace routemeter::doctor
