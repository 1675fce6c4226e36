// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <utility>

#include "app/load/line_notes.h"
#include "app/load/log_format.h"
#include "format/choose/detect.h"
#include "route/router.h"
#include "tools/doctor/checks.h"
#include "util/words.h"

namespace routemeter::doctor {
namespace {

std::string of_lines(std::size_t fitting, std::size_t lines) {
  return fmt::format("{} of the first {}", fitting, util::counted(lines, "line"));
}

/// The number of lines that could be requests: no comments, no messages between requests.
std::size_t relevant(const format::Format& format, const std::vector<std::string_view>& lines) {
  const auto parser = format.make_parser();
  return static_cast<std::size_t>(std::ranges::count_if(lines, [&parser](std::string_view line) {
    model::Request request;
    return !app::is_usual(parser->parse(line, request));
  }));
}

/// The built-in format that gets farthest into the line, with where it stops.
void show_nearest(const std::vector<std::string_view>& lines, Finding& finding) {
  const std::vector<std::string> inside = unwrapped(lines);
  const auto line =
      std::ranges::find_if(inside, [](const std::string& text) { return !text.empty() && text[0] != '#'; });
  if (line == inside.end()) return;
  const auto best = format::farthest_misfit(*line, route::compile_capture_regex);
  if (!best) return;
  show_mismatch(fmt::format("nearest: {}, which expects {} here:", best->format, best->mismatch.expected),
                best->mismatch, finding);
}

FormatChoice found_choice(const format::Detection& found, bool proposed = false) {
  return {found.format, found.spec, found.format->name(), proposed};
}

FormatChoice proposed_choice(const Proposal& proposal) {
  return {proposal.fit.format, proposal.candidate.spec, proposal.candidate.name, true};
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
  return proposed_choice(proposal);
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
  const auto tell = [&](const FormatChoice& better, std::size_t fits) {
    finding.message += fmt::format("; {} fits {}", better.name, of_lines(fits, lines.size()));
    return better;
  };
  model::FormatSpec any;
  any.origin = wanted.origin;
  if (const auto found = app::detect_format(any, log, lines);
      found && found->format && found->fitting > fitting) {
    finding.advice = fmt::format("use it: format: {0}, or --format {0}", found->spec.text);
    return tell(found_choice(*found, true), found->fitting);
  }
  const auto proposal = best_proposal(hints, lines);
  if (!proposal || proposal->fit.fitting <= fitting) return std::nullopt;
  finding.advice = "say it in the rule file";
  finding.paste = as_yaml(proposal->candidate.spec);
  return tell(proposed_choice(*proposal), proposal->fit.fitting);
}

/// Shows the first line that does not fit the format.
void show_first_misfit(const format::Format& format, const std::vector<std::string_view>& lines,
                       Finding& finding) {
  for (const std::string_view line : lines) {
    if (const auto mismatch = format.explain(line))
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
  FormatChoice choice = found_choice(*found);
  Finding finding{Level::kOk, "format",
                  fmt::format("format {} fits {}", choice.name, of_lines(found->fitting, lines.size()))};
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
  const bool some = found->format != nullptr;
  std::string told = "no built-in format fits";
  if (some) told = fmt::format("format {} fits ", found->format->name());
  const std::string fitting = of_lines(found->fitting, lines.size());
  if (some && found->fitting * 2 >= relevant(*found->format, lines)) {
    findings.push_back({Level::kOk, "format", told + fitting});
    return found_choice(*found);
  }
  if (some) told += "only " + fitting;
  const auto proposal = best_proposal(hints, lines);
  if (proposal && (!some || proposal->fit.fitting > found->fitting))
    return use_proposal(*proposal, lines, {Level::kProblem, "format", told}, findings);
  if (some) {
    findings.push_back(
        {Level::kWarning, "format", told, "is it one log of several servers? Give each its own file"});
    return found_choice(*found);
  }
  Finding finding{Level::kProblem, "format",
                  fmt::format("no known format fits the first {}", util::counted(lines.size(), "line"))};
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
