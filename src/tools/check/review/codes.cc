// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cassert>

#include "tools/check/review/finding.h"

namespace routemeter::check {
namespace {

using util::Severity;

// The table of routemeter-check(1) says the same; a test compares them.
constexpr Code kCodes[] = {
    {"invalid-exclude", Severity::kError, "an exclude pattern that is none",
     "Write RE2; '^' and '$' bind it."},
    {"invalid-fields", Severity::kError, "a field that the format does not have",
     "Name a field of the format."},
    {"invalid-file", Severity::kError, "an unknown key, or no version", "Take the key that the hint names."},
    {"invalid-format", Severity::kError, "a log format that is none",
     "Name a format, or paste the server's own."},
    {"invalid-labels", Severity::kError, "static labels that are none", "Write name: value."},
    {"invalid-limits", Severity::kError, "a limit that is no number", "Write a whole number."},
    {"invalid-metrics", Severity::kError, "metrics that clash or have wrong options",
     "Give each its own name."},
    {"invalid-options", Severity::kError, "an option with a wrong value",
     "Take a value that the hint names."},
    {"invalid-routes", Severity::kError, "a rule that is none", "Write METHODS /path/{parameter}, or RE2."},
    {"invalid-tests", Severity::kError, "a test that is none", "Write REQUEST -> HANDLER, none or excluded."},
    {"invalid-version", Severity::kError, "a version of rule files that is not known", "Write version: 1."},
    {"invalid-yaml", Severity::kError, "a file that is not YAML", "Repair the quotes or the indentation."},
    {"unreadable", Severity::kError, "a file that cannot be read", "Correct its name or its permissions."},

    {"bucket-unit", Severity::kWarning, "bucket borders that look like milliseconds", "Write seconds."},
    {"catch-all", Severity::kWarning, "a rule that takes everything from many others", "Move it to the end."},
    {"costly-pattern", Severity::kWarning, "a pattern that is slow", "Begin it with literal text."},
    {"duplicate-rule", Severity::kWarning, "a rule that is there twice", "Remove one of them."},
    {"exclude-all", Severity::kWarning, "an exclude that leaves nothing", "Bind it with '^' and '$'."},
    {"exclude-no-hit", Severity::kWarning, "an exclude that looks for a path, not for a label",
     "Write the label."},
    {"exclude-wide", Severity::kWarning, "an exclude that hits other labels too",
     "Bind it with '^' and '$'."},
    {"glob", Severity::kWarning, "'/*' as shells have it", "Write '/.*'."},
    {"host-unknown", Severity::kWarning, "a rule for a host that the log does not tell", "Log the host."},
    {"label-name", Severity::kWarning, "a static label that Prometheus would rename or lint", "Rename it."},
    {"loses-methods", Severity::kWarning, "a rule that gets nothing by some of its methods", "Move it up."},
    {"many-series", Severity::kWarning, "a family of more than 10,000 series",
     "Take fewer buckets or labels."},
    {"metric-absent", Severity::kWarning, "a metric whose field the log does not have", "Log the field."},
    {"metric-help", Severity::kWarning, "an empty help text", "Leave 'help' out, or write one."},
    {"metric-name", Severity::kWarning, "a name that promtool refuses", "Take the name in the hint."},
    {"never-matches", Severity::kWarning, "a pattern that no path matches",
     "Write the path as it is matched."},
    {"never-seen", Severity::kWarning, "a pattern whose samples all go to earlier rules", "Move it up."},
    {"one-segment", Severity::kWarning, "{name...} as Go has it", "Write {name:path}."},
    {"open-labels", Severity::kWarning, "handlers that clients choose", "Bound them with limits.labels."},
    {"over-max-series", Severity::kWarning, "more series than limits.max_series",
     "Raise it, or tell fewer apart."},
    {"plain-parameter", Severity::kWarning, "{id}, :id or <id> in a pattern", "Write a template."},
    {"reserved-handler", Severity::kWarning, "a handler called none or other", "Give it another name."},
    {"shadowed", Severity::kWarning, "a rule that can never win",
     "Move it above the rule that takes its paths."},
    {"unescaped-dot", Severity::kWarning, "a '.' that takes any character", "Write '\\.'."},
    {"unknown-method", Severity::kWarning, "a mistyped method", "Correct it."},

    {"double-slash", Severity::kNote, "a template with '//'", "Write one slash."},
    {"exclude-below", Severity::kNote, "an exclude that hits what is below, too",
     "Bind it if only one is meant."},
    {"metric-unit", Severity::kNote, "a name without its unit", "End it in _seconds or _bytes."},
    {"needless-anchor", Severity::kNote, "'^' or '$' that say nothing", "Remove them."},
    {"never-hit", Severity::kNote, "a rule that no line of the sample gets to", "Try a longer sample first."},
    {"no-tests", Severity::kNote, "a file without tests", "Write some under 'tests:'."},
    {"open-methods", Severity::kNote, "methods that clients choose", "Bound them with limits.labels."},
    {"other-method", Severity::kNote, "a method that has the label 'other'",
     "Set unknown_methods: verbatim."},
    {"slash-twin", Severity::kNote, "two handlers for /x and /x/", "Give them one handler."},
    {"two-labels", Severity::kNote, "one path with two labels", "Write the same parameter names."},
};

}  // namespace

std::span<const Code> codes() { return kCodes; }

const Code& code_of(std::string_view name) {
  const auto* const found = std::find_if(std::begin(kCodes), std::end(kCodes),
                                         [name](const Code& code) { return code.name == name; });
  assert(found != std::end(kCodes));
  return *found;
}

}  // namespace routemeter::check
