// SPDX-License-Identifier: Apache-2.0
#include "tools/doctor/missing.h"

#include <algorithm>
#include <array>
#include <utility>

#include "input/look/rotation_name.h"
#include "metric/store/store.h"
#include "model/vocabulary.h"

namespace routemeter::doctor {
namespace {

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

}  // namespace

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

}  // namespace routemeter::doctor
