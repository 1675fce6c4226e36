// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <re2/re2.h>

namespace routemeter::route {

/// What is wrong with a pattern, in words of ours, and where.
struct RegexProblem {
  std::size_t offset = 0;  ///< byte in the pattern, for the caret
  std::string message;     ///< as Diagnostic::message
  std::string hint;
};

/// Program and automaton of one pattern stay below this, whatever the input. RE2 falls back to its slower
/// engine beyond it, never to a wrong answer; a program too large for it does not compile.
inline constexpr std::int64_t kPatternMemory = 1 << 20;

/// RE2's options for path patterns (UTF-8), or for log lines (Latin-1: `.` takes any byte).
RE2::Options path_options();
RE2::Options line_options();

/// Says why the pattern is none, or nothing when it is one. Does not compile it.
std::optional<RegexProblem> check_regex(std::string_view pattern, const RE2::Options& options);

/// The pattern for a match over the whole text, for use with RE2::UNANCHORED: RE2 compares a literal prefix
/// before it starts its automaton only when the pattern itself begins with `^`.
/// `pattern` has passed check_regex().
std::string whole(std::string_view pattern, const RE2::Options& options);

/// The problem of a pattern that passes check_regex() but does not compile.
RegexProblem too_large();

}  // namespace routemeter::route
