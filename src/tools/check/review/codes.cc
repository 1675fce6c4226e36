// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cassert>

#include "tools/check/review/finding.h"

namespace routemeter::check {
namespace {

using util::Severity;

// The table of routemeter-check(1) says the same; a test compares them.
constexpr Code kCodes[] = {
    {"invalid-exclude", Severity::kError, "an exclude pattern that is not a valid regular expression",
     "Write it in RE2; anchor it with '^' and '$'."},
    {"invalid-fields", Severity::kError, "a field that the format does not have",
     "Use a field of the format."},
    {"invalid-file", Severity::kError, "an unknown key, or no version", "Use the key in the hint."},
    {"invalid-format", Severity::kError, "neither the name of a format nor a valid format string",
     "Use the name of a format, or paste the server's own."},
    {"invalid-labels", Severity::kError, "static labels that are malformed or reserved",
     "Write name: value."},
    {"invalid-limits", Severity::kError, "a limit that is not a number", "Write a whole number."},
    {"invalid-metrics", Severity::kError, "metrics that clash or have wrong options",
     "Give each its own name."},
    {"invalid-options", Severity::kError, "an option with a wrong value", "Use a value from the hint."},
    {"invalid-routes", Severity::kError, "a malformed rule", "Write METHODS /path/{parameter}, or RE2."},
    {"invalid-tests", Severity::kError, "a malformed test", "Write REQUEST -> HANDLER, none or excluded."},
    {"invalid-version", Severity::kError, "an unknown version of the rule file format", "Write version: 1."},
    {"invalid-yaml", Severity::kError, "a file that is not YAML", "Repair the quotes or the indentation."},
    {"unreadable", Severity::kError, "a file that cannot be read", "Correct its name or its permissions."},

    {"bucket-unit", Severity::kWarning, "bucket bounds that look like milliseconds", "Write seconds."},
    {"catch-all", Severity::kWarning, "a rule that takes every request of many others",
     "Move it to the end."},
    {"costly-pattern", Severity::kWarning, "a slow pattern", "Begin it with literal text."},
    {"duplicate-rule", Severity::kWarning, "a rule that is listed twice", "Remove one of them."},
    {"exclude-all", Severity::kWarning, "an exclude pattern that leaves nothing to count",
     "Anchor it with '^' and '$'."},
    {"exclude-no-hit", Severity::kWarning, "an exclude pattern written for a path, not for a label",
     "Write the label."},
    {"exclude-wide", Severity::kWarning, "an exclude pattern that matches other labels too",
     "Anchor it with '^' and '$'."},
    {"glob", Severity::kWarning, "'/*' as in a shell", "Write '/.*'."},
    {"host-unknown", Severity::kWarning, "a rule for a host, and a log without hosts", "Log the host."},
    {"label-name", Severity::kWarning, "a static label that is not snake_case or that Prometheus renames",
     "Rename it."},
    {"loses-methods", Severity::kWarning, "a rule that gets no request of some of its methods",
     "Move it up."},
    {"many-series", Severity::kWarning, "a family of more than 10,000 series",
     "Use fewer buckets or labels."},
    {"metric-absent", Severity::kWarning, "a metric whose field the log does not have", "Log the field."},
    {"metric-help", Severity::kWarning, "an empty help text", "Leave 'help' out, or write one."},
    {"metric-name", Severity::kWarning, "a name that promtool rejects", "Use the name in the hint."},
    {"never-matches", Severity::kWarning, "a pattern that no path matches",
     "Write the path as it is matched."},
    {"never-seen", Severity::kWarning, "a pattern whose sample paths all go to earlier rules", "Move it up."},
    {"one-segment", Severity::kWarning, "{name...} as in Go", "Write {name:path}."},
    {"open-labels", Severity::kWarning, "handlers that clients choose", "Bound them with limits.labels."},
    {"over-max-series", Severity::kWarning, "more series than limits.max_series",
     "Raise the limit, or use fewer handlers."},
    {"plain-parameter", Severity::kWarning, "{id}, :id or <id> in a pattern", "Write a template."},
    {"reserved-handler", Severity::kWarning, "a handler called none or other", "Give it another name."},
    {"shadowed", Severity::kWarning, "a rule that can never win",
     "Move it above the rule that takes its paths."},
    {"unescaped-dot", Severity::kWarning, "a '.' that matches any character", "Write '\\.'."},
    {"unknown-method", Severity::kWarning, "a mistyped method", "Correct it."},

    {"double-slash", Severity::kNote, "a template with '//'", "Write one slash."},
    {"exclude-below", Severity::kNote, "an exclude pattern that matches longer paths too",
     "Anchor it if only one is meant."},
    {"metric-unit", Severity::kNote, "a name without its unit", "End it in _seconds or _bytes."},
    {"needless-anchor", Severity::kNote, "'^' or '$' that changes nothing", "Remove it."},
    {"never-hit", Severity::kNote, "a rule that takes no line of the sample", "Try a longer sample first."},
    {"no-tests", Severity::kNote, "a file without tests", "Write some under 'tests:'."},
    {"open-methods", Severity::kNote, "methods that clients choose", "Bound them with limits.labels."},
    {"other-method", Severity::kNote, "a method that is counted as 'other'",
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
