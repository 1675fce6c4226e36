// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace routemeter::util {

/// A place in a text, both numbers from 1. Columns count bytes.
struct Position {
  int line = 1;
  int column = 1;
};

enum class Severity { kError, kWarning };

/// One finding about something a user wrote. Printed by cli as
///   FILE:LINE:COLUMN: error: MESSAGE
///   <the source line>
///       ^
///   hint: HINT
struct Diagnostic {
  Severity severity = Severity::kError;
  std::string file;         ///< as the user named it, or "--format" and the like
  Position at;              ///< 1:1 when the finding has no place of its own
  std::string message;      ///< one line, lower case, no full stop
  std::string source_line;  ///< the line the caret points into; empty = no snippet
  std::string hint;         ///< what to do; empty = none
};

using Diagnostics = std::vector<Diagnostic>;

inline bool has_errors(const Diagnostics& all) {
  for (const Diagnostic& d : all) {
    if (d.severity == Severity::kError) return true;
  }
  return false;
}

}  // namespace routemeter::util
