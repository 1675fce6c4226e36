// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <compare>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace routemeter::util {

/// A place in a text, both numbers from 1. Columns count bytes.
struct Position {
  int line = 1;
  int column = 1;

  auto operator<=>(const Position&) const = default;  // NOLINT(modernize-use-nullptr)
};

enum class Severity { kError, kWarning, kNote };

/// "error", "warning" or "note".
std::string_view name_of(Severity severity);

/// One finding about something a user wrote. Printed by cli as
///   FILE:LINE:COLUMN: error: MESSAGE [CODE]
///   <the source line>
///       ^
///   hint: HINT
struct Diagnostic {
  Severity severity = Severity::kError;
  std::string file;     ///< as the user named it, or "--format" and the like
  Position at;          ///< 1:1 when the finding has no place of its own, line 0 when it is not about text
  std::string message;  ///< one line, lower case, no full stop
  std::string source_line;  ///< the line the caret points into; empty = no snippet
  std::string hint;         ///< what to do; empty = none
  std::string code;         ///< short stable name of the finding, as `check` documents it; may be empty
};

/// A text file as it was read: for findings about it.
struct SourceText {
  std::string path;                ///< as the user named it
  std::vector<std::string> lines;  ///< without their ends, for carets
};

/// An error at a place of a text whose lines are at hand: with that line as its snippet.
Diagnostic error_in(const std::string& file, const std::vector<std::string>& lines, Position at,
                    std::string message, std::string hint);
inline Diagnostic error_at(const SourceText& source, Position at, std::string message,
                           std::string hint = "") {
  return error_in(source.path, source.lines, at, std::move(message), std::move(hint));
}

/// An error about a file, a flag or the like as a whole.
Diagnostic error_about(std::string file, std::string message, std::string hint = "");

/// What the system says of an errno.
std::string errno_text(int error);

using Diagnostics = std::vector<Diagnostic>;

/// Puts findings in the order of the file.
inline void sort_by_place(Diagnostics& findings) { std::ranges::stable_sort(findings, {}, &Diagnostic::at); }

inline void append(Diagnostics& all, const Diagnostics& more) {
  all.insert(all.end(), more.begin(), more.end());
}

/// A line and below it a caret under `column` (from 1), each with its newline; cut around the caret and
/// printable.
std::string snippet(std::string_view line, int column);

/// The diagnostic as a terminal shows it, in the form above, each line with its newline. A long source line
/// is cut around the caret; control bytes of all parts become \xNN, so that nothing reaches the terminal as
/// one.
std::string format(const Diagnostic& diagnostic);

/// All of them, one after the other.
std::string format(const Diagnostics& diagnostics);

}  // namespace routemeter::util
