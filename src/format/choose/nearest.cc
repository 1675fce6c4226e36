// SPDX-License-Identifier: Apache-2.0
#include "format/choose/nearest.h"

#include <algorithm>

namespace routemeter::format {
namespace {

using model::Reason;

/// Bounds the work on a hostile line: cuts times formats times length.
constexpr std::size_t kMaxPrefix = 4096;
constexpr int kMaxCuts = 100;

bool has_line_shape(Reason reason) {
  return reason == Reason::kNone || reason == Reason::kBadRequest || reason == Reason::kBadStatus ||
         reason == Reason::kBadNumber;
}

std::string of_lines(std::size_t count) {
  return " of " + std::to_string(count) + (count == 1 ? " line" : " lines");
}

/// The name of the first format that gives this reason for the line, or "".
std::string format_that_says(Reason reason, std::span<const FormatPtr> formats, std::string_view line) {
  for (const FormatPtr& format : formats) {
    model::Request request;
    if (format->make_parser()->parse(line, request) == reason) return format->name();
  }
  return "";
}

}  // namespace

std::optional<PrefixFit> longest_prefix(std::span<const FormatPtr> formats, std::string_view line) {
  std::optional<PrefixFit> best;
  for (const FormatPtr& format : formats) {
    const auto parser = format->make_parser();
    std::size_t end = line.substr(0, kMaxPrefix).rfind(' ');
    for (int cuts = 0; cuts < kMaxCuts && end != std::string_view::npos && end > 0; ++cuts) {
      if (best && end <= best->length) break;
      model::Request request;
      if (has_line_shape(parser->parse(line.substr(0, end), request))) {
        best = PrefixFit{format, end};
        break;
      }
      end = line.rfind(' ', end - 1);
    }
  }
  return best;
}

std::string describe_nearest(std::span<const FormatPtr> formats, std::span<const std::string_view> lines) {
  if (lines.empty()) return "";
  for (const std::string_view line : lines) {
    if (line[0] == '#') continue;
    if (const std::string name = format_that_says(Reason::kMissingField, formats, line); !name.empty()) {
      return name + ": none" + of_lines(lines.size()) +
             " has a method, a target and a status under a name that is known; map them with 'fields'";
    }
    if (const auto fit = longest_prefix(formats, line)) {
      return fit->format->name() + ": none" + of_lines(lines.size()) + " fits; the first goes on at column " +
             std::to_string(fit->length + 2) + ", where " + fit->format->name() + " ends";
    }
    break;
  }
  if (lines[0][0] == '#') return "the lines begin with '#' as W3C logs do, a format that is not known";
  return "";
}

}  // namespace routemeter::format
