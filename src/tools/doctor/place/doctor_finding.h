// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "format/contract/format.h"
#include "util/diagnostic.h"

namespace routemeter::doctor {

enum class Level : std::uint8_t {
  kOk,
  kNote,     ///< worth knowing; nothing to do, or as you like
  kWarning,  ///< numbers may be wrong or late
  kProblem   ///< something is missing: exit 1
};

constexpr std::string_view name_of(Level level) {
  constexpr std::array<std::string_view, 4> kNames = {"ok", "note", "warning", "problem"};
  return kNames[static_cast<std::size_t>(level)];
}

/// The result of one check. All texts may hold bytes of a log or of a configuration, so they are made
/// printable when they are printed.
struct Finding {
  Level level = Level::kOk;
  std::string code = {};                ///< short and stable: "format", "no-duration"
  std::string message = {};             ///< one line
  std::string advice = {};              ///< what to do, one line; empty = nothing
  std::vector<std::string> paste = {};  ///< lines to paste as they are
  std::vector<std::string> shown = {};  ///< evidence, as it stands: a line of the log and its caret
};
using Findings = std::vector<Finding>;

/// Appends a problem with the errors that explain it.
void add_errors(Findings& findings, std::string code, std::string message, const util::Diagnostics& errors);

/// Adds `head` to the evidence, and below it the line with a caret at the byte that does not fit.
void show_mismatch(std::string head, const format::Mismatch& mismatch, Finding& finding);

std::size_t count(const Findings& findings, Level level);

/// Appends the lines of a text, each without its newline.
void append_lines(std::string_view text, std::vector<std::string>& out);

/// `text` as one word for a shell: as it is where that is safe, else in single quotes.
std::string shell_word(std::string_view text);

}  // namespace routemeter::doctor
