// SPDX-License-Identifier: Apache-2.0
#include "format/explain/explain_line.h"

#include <algorithm>
#include <vector>

#include "format/value/field_number.h"
#include "util/fmt.h"

namespace routemeter::format {
namespace {

using model::Field;
using model::Reason;

/// Only whether it can be read counts here, so any unit does.
bool is_readable(const FieldValue& value) {
  std::uint64_t number = 0;
  const Known known = number_field(value.field)->is_duration
                          ? read_duration_list_ns(value.text, model::Unit::kSeconds, number)
                          : read_size_list(value.text, number);
  return known != Known::kBad;
}

bool is_to_blame(Reason reason, const FieldValue& value) {
  return can_blame(reason, value.field) && (reason != Reason::kBadNumber || !is_readable(value));
}

std::string wanted(Reason reason, const FieldValue& value) {
  if (reason == Reason::kBadStatus) return fmt::format("a status from 100 to 599 in {}", value.name);
  if (reason == Reason::kBadNumber) return fmt::format("a number or \"-\" in {}", value.name);
  if (value.field == Field::kMethod) return fmt::format("a method such as GET in {}", value.name);
  return fmt::format("a request such as \"GET / HTTP/1.1\" in {}", value.name);
}

/// In the quotes that it does not hold itself.
std::string quoted_literal(std::string_view literal) {
  const char quote = literal.find('"') == std::string_view::npos ? '"' : '\'';
  return fmt::format("{0}{1}{0}", quote, literal);
}

}  // namespace

bool can_blame(Reason reason, Field field) {
  if (reason == Reason::kBadRequest) return field == Field::kRequest || field == Field::kMethod;
  if (reason == Reason::kBadStatus) return field == Field::kStatus;
  return reason == Reason::kBadNumber && number_field(field) != nullptr;
}

Mismatch explain_shape(const LineScanner::Reach& reach, std::span<const std::string> fields,
                       std::string_view line) {
  if (reach.step == LineScanner::Reach::kPrefix) {
    return {std::string(line), reach.at, fmt::format("{} at the beginning", quoted_literal(reach.literal))};
  }
  const std::string next = reach.literal.empty() ? "the end of the line" : quoted_literal(reach.literal);
  return {std::string(line), reach.at, fmt::format("{} behind {}", next, fields[reach.step])};
}

std::optional<Mismatch> explain_values(Reason reason, std::span<const FieldValue> values,
                                       std::string_view line) {
  for (const FieldValue& value : values) {
    if (!is_to_blame(reason, value)) continue;
    const auto at = static_cast<std::size_t>(value.text.data() - line.data());
    return Mismatch{std::string(line), at, wanted(reason, value)};
  }
  return std::nullopt;
}

namespace {

constexpr std::size_t kMaxParts = 200;
constexpr std::size_t kMaxExplained = 4096;

bool is_repeat(char c) { return c == '*' || c == '+' || c == '?'; }

/// The end of the class that begins at `at`.
std::size_t class_end(std::string_view pattern, std::size_t at) {
  ++at;
  if (at < pattern.size() && pattern[at] == '^') ++at;
  if (at < pattern.size() && pattern[at] == ']') ++at;
  while (at < pattern.size() && pattern[at] != ']') at += pattern[at] == '\\' ? 2 : 1;
  return at + 1;
}

/// The end of the part that begins at `at`: a group, a class, an escape or a byte, with its repetition.
std::size_t part_end(std::string_view pattern, std::size_t at) {
  int depth = 0;
  do {
    const char c = pattern[at];
    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    at = c == '[' ? class_end(pattern, at) : at + (c == '\\' ? 2 : 1);
  } while (depth > 0 && at < pattern.size());
  if (at < pattern.size() && pattern[at] == '{') at = pattern.find('}', at) + 1;
  while (at < pattern.size() && is_repeat(pattern[at])) ++at;
  return std::min(at, pattern.size());
}

/// The ends of the parts; empty when alternatives at the top leave no sense in beginnings.
std::vector<std::size_t> part_ends(std::string_view pattern) {
  std::vector<std::size_t> out;
  for (std::size_t at = 0; at < pattern.size() && out.size() < kMaxParts;) {
    if (pattern[at] == '|') return {};
    at = part_end(pattern, at);
    out.push_back(at);
  }
  return out;
}

/// How many bytes of the line the first `size` bytes of the pattern take; npos = they do not match.
std::size_t taken(std::string_view pattern, std::size_t size, const model::CaptureRegexFactory& make,
                  std::string_view line) {
  const auto regex = make(fmt::format("(?P<routemeter_begin>{})(?s:.*)", pattern.substr(0, size)));
  if (!regex) return std::string_view::npos;
  std::vector<std::string_view> groups((*regex)->group_names().size());
  return (*regex)->match(line, groups) ? groups[0].size() : std::string_view::npos;
}

}  // namespace

std::optional<Mismatch> explain_regex(std::string_view pattern, const model::CaptureRegexFactory& make,
                                      std::string_view line) {
  const std::vector<std::size_t> ends = part_ends(pattern);
  if (ends.empty()) return std::nullopt;
  const std::string_view head = line.substr(0, kMaxExplained);
  // A longer beginning matches less, so the longest that matches is found by halving.
  std::size_t at = 0;
  const auto bad = std::partition_point(ends.begin(), ends.end(), [&](std::size_t end) {
    const std::size_t length = taken(pattern, end, make, head);
    if (length != std::string_view::npos) at = length;
    return length != std::string_view::npos;
  });
  Mismatch out{std::string(line), at, "the end of the line"};
  if (bad != ends.end()) {
    const std::size_t begin = bad == ends.begin() ? 0 : bad[-1];
    // The part that fails is often a single byte, which says little by itself.
    constexpr std::size_t kShown = 40;
    const std::string_view dots = pattern.size() - begin > kShown ? "..." : "";
    out.expected = fmt::format("what matches {}{}", pattern.substr(begin, kShown), dots);
  }
  return out;
}

}  // namespace routemeter::format
