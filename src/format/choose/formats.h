// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "format/contract/format_factory.h"

namespace routemeter::format {

/// One row. A new format is one file and one row. Envelopes are not here: compile() wraps what a row made.
struct Builtin {
  std::string_view name;
  FormatFactory make;
  bool in_auto;  ///< `auto` tries it
};

/// The table of formats with a name, in the order in which `auto` prefers them when several fit equally well.
const std::vector<Builtin>& builtins();

/// Compiles everything but `auto`. Errors carry spec.origin and a position inside spec.text.
/// `regex` makes the engine for `regex` formats. The envelope kAuto means none here: see detect().
util::Result<FormatPtr> compile(const model::FormatSpec& spec, const model::CaptureRegexFactory& regex);

/// What detect() found out about a sample of lines.
struct Detection {
  FormatPtr format;         ///< null when nothing fits
  model::FormatSpec spec;   ///< what was chosen, without `auto`: compile() makes the same format again
  std::size_t lines = 0;    ///< non-empty lines looked at
  std::size_t fitting = 0;  ///< lines of the chosen (or nearest) format's shape
  std::string nearest;  ///< when nothing fits: the format that came closest, with the reason; may be empty
};

/// The number of non-empty lines that detect() wants to see.
inline constexpr std::size_t kDetectLines = 100;

/// Chooses format (when spec.text is "auto") and envelope (when kAuto) by what parses most of `lines`.
/// With an explicit format only the envelope is open, and `format` is never null.
util::Result<Detection> detect(const model::FormatSpec& spec, std::span<const std::string_view> lines,
                               const model::CaptureRegexFactory& regex);

/// Names of the presets, for `--help` and "did you mean".
std::vector<std::string> preset_names();

}  // namespace routemeter::format
