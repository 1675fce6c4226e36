// SPDX-License-Identifier: Apache-2.0
#include "tools/doctor/format_choice.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "app/load/line_notes.h"
#include "app/load/log_format.h"
#include "format/choose/detect.h"
#include "route/router.h"
#include "tools/doctor/place/doctor_finding.h"
#include "util/words.h"

namespace routemeter::doctor {
namespace {

std::string of_lines(std::size_t fitting, std::size_t lines) {
  return fmt::format("{} of the first {}", fitting, util::counted(lines, "line"));
}

/// The number of lines that could be requests: no comments, no messages between requests.
std::size_t relevant(const format::Format& format, const std::vector<std::string_view>& lines) {
  const auto parser = format.make_parser();
  return static_cast<std::size_t>(std::count_if(lines.begin(), lines.end(), [&parser](std::string_view line) {
    model::Request request;
    return !app::is_usual(parser->parse(line, request));
  }));
}

/// The built-in format that gets farthest into the line, with where it stops.
void show_nearest(const std::vector<std::string_view>& lines, Finding& finding) {
  const std::vector<std::string> inside = unwrapped(lines);
  const auto line = std::find_if(inside.begin(), inside.end(),
                                 [](const std::string& text) { return !text.empty() && text[0] != '#'; });
  if (line == inside.end()) return;
  const auto best = format::farthest_misfit(*line, route::compile_capture_regex);
  if (!best) return;
  show_mismatch(fmt::format("nearest: {}, which expects {} here:", best->format, best->mismatch.expected),
                best->mismatch, finding);
}

FormatChoice use_proposal(const Proposal& proposal, const std::vector<std::string_view>& lines,
                          Finding finding, Findings& findings) {
  const Candidate& candidate = proposal.candidate;
  finding.message += fmt::format("; this looks like {}, which fits {}", candidate.name,
                                 of_lines(proposal.fit.fitting, lines.size()));
  finding.advice = fmt::format("say it in the rule file, or in a new one (rules.yaml){}{}",
                               candidate.remark.empty() ? "" : "; ", candidate.remark);
  finding.paste = as_yaml(candidate.spec);
  finding.paste.insert(finding.paste.begin(), "version: 1");
  findings.push_back(std::move(finding));
  return {proposal.fit.format, candidate.spec, candidate.name, true};
}

/// The best of the hints and of everything that can be guessed.
std::optional<Proposal> best_proposal(std::vector<Candidate> hints,
                                      const std::vector<std::string_view>& lines) {
  for (Candidate& candidate : guess_formats(lines)) hints.push_back(std::move(candidate));
  return best_fit(hints, lines);
}

/// A format that fits more lines than the explicit one, which most lines do not fit.
std::optional<FormatChoice> find_better(const model::FormatSpec& wanted, const std::string& log,
                                        const std::vector<std::string_view>& lines,
                                        const std::vector<Candidate>& hints, std::size_t fitting,
                                        Finding& finding) {
  model::FormatSpec any;
  any.text = "auto";
  any.origin = wanted.origin;
  if (const auto found = app::detect_format(any, log, lines);
      found && found->format && found->fitting > fitting) {
    finding.message +=
        fmt::format("; {} fits {}", found->format->name(), of_lines(found->fitting, lines.size()));
    finding.advice = fmt::format("use it: format: {0}, or --format {0}", found->spec.text);
    return FormatChoice{found->format, found->spec, found->format->name(), true};
  }
  const auto proposal = best_proposal(hints, lines);
  if (!proposal || proposal->fit.fitting <= fitting) return std::nullopt;
  const Candidate& candidate = proposal->candidate;
  finding.message +=
      fmt::format("; {} fits {}", candidate.name, of_lines(proposal->fit.fitting, lines.size()));
  finding.advice = "say it in the rule file";
  finding.paste = as_yaml(candidate.spec);
  return FormatChoice{proposal->fit.format, candidate.spec, candidate.name, true};
}

/// Shows the first line that does not fit the format.
void show_first_misfit(const format::Format& format, const std::vector<std::string_view>& lines,
                       Finding& finding) {
  for (const std::string_view line : lines) {
    const auto mismatch = format.explain(line);
    if (!mismatch) continue;
    return show_mismatch(fmt::format("expected {}:", mismatch->expected), *mismatch, finding);
  }
}

FormatChoice check_wanted(const model::FormatSpec& wanted, const std::string& log,
                          const std::vector<std::string_view>& lines, const std::vector<Candidate>& hints,
                          Findings& findings) {
  const auto found = app::detect_format(wanted, log, lines);
  if (!found) {
    add_errors(findings, "format", "the format cannot be used", found.errors());
    return {};
  }
  FormatChoice choice = {found->format, wanted, found->format->name(), false};
  Finding finding =
      make_finding(Level::kOk, "format",
                   fmt::format("format {} fits {}", choice.name, of_lines(found->fitting, lines.size())));
  if (found->fitting * 2 < relevant(*found->format, lines)) {
    finding.level = Level::kProblem;
    show_first_misfit(*found->format, lines, finding);
    // The rest of the examination is about the log, not about the mistake.
    if (auto better = find_better(wanted, log, lines, hints, found->fitting, finding))
      choice = std::move(*better);
  }
  findings.push_back(std::move(finding));
  return choice;
}

}  // namespace

FormatChoice choose_format(const model::FormatSpec& wanted, const std::string& log,
                           const std::vector<std::string_view>& lines, const std::vector<Candidate>& hints,
                           Findings& findings) {
  if (wanted.text != "auto") return check_wanted(wanted, log, lines, hints, findings);
  const auto found = format::detect(wanted, lines, route::compile_capture_regex);
  if (!found) {
    add_errors(findings, "fields", "the fields of the rule file are not in this log", found.errors());
    return {};
  }
  const std::string fitting = of_lines(found->fitting, lines.size());
  if (found->format != nullptr && found->fitting * 2 >= relevant(*found->format, lines)) {
    add_finding(findings, Level::kOk, "format",
                fmt::format("format {} fits {}", found->format->name(), fitting));
    return {found->format, found->spec, found->format->name(), false};
  }
  const auto proposal = best_proposal(hints, lines);
  if (proposal && (found->format == nullptr || proposal->fit.fitting > found->fitting)) {
    const std::string why = found->format == nullptr
                                ? "no built-in format fits"
                                : fmt::format("format {} fits only {}", found->format->name(), fitting);
    return use_proposal(*proposal, lines, make_finding(Level::kProblem, "format", why), findings);
  }
  if (found->format != nullptr) {
    add_finding(findings, Level::kWarning, "format",
                fmt::format("format {} fits only {}", found->format->name(), fitting),
                "is it one log of several servers? Give each its own file");
    return {found->format, found->spec, found->format->name(), false};
  }
  Finding finding =
      make_finding(Level::kProblem, "format",
                   fmt::format("no known format fits the first {}", util::counted(lines.size(), "line")));
  show_nearest(lines, finding);
  finding.advice =
      lines.front()[0] == '{'
          ? "say in the rule file which keys they are: format: json, fields: {method: ..., target: ..., "
            "status: ...}; what is in no key must be logged"
          : "is it an access log? If so, say what its lines look like: --format 'the log_format or LogFormat "
            "string of the server', or a regex with (?P<method>...), (?P<target>...) and (?P<status>...)";
  findings.push_back(std::move(finding));
  return {};
}

}  // namespace routemeter::doctor
