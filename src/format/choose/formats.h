// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "format/contract/format_factory.h"

namespace routemeter::format {

/// A format with a name: a well-known string, or a parser of its own. All that the program knows about it
/// stands in its row of the table in formats.cc: a new string is one row, a new parser one file and one row.
/// Envelopes are not here: compile() wraps what a row made.
struct BuiltinFormat {
  std::string_view name = {};
  std::string_view text = {};  ///< in nginx's language, whoever writes the log; empty when `factory` does it
  Writer writer = Writer::kAny;    ///< of `text`
  bool in_auto = true;             ///< `auto` tries it
  std::string_view duration = {};  ///< the variable of `text` whose unit is not nginx's seconds
  model::Unit duration_unit = model::Unit::kSeconds;
  FormatFactory factory = nullptr;
  char first_byte = '\0';  ///< of each of its lines, if that is always the same
  /// For logs with lines that are no requests at all: whether a line is one of these. By it `auto` knows a
  /// log without requests.
  bool (*is_message)(std::string_view line) noexcept = nullptr;

  util::Result<FormatPtr> make(const model::FormatSpec& spec, const model::CaptureRegexFactory& regex) const;
};

/// The table, in the order in which `auto` prefers formats that fit equally well.
std::span<const BuiltinFormat> builtin_formats();

/// Compiles everything but `auto`. Errors carry spec.origin and a position inside spec.text.
/// `regex` makes the engine for `regex` formats. The envelope kAuto means none here: see detect().
util::Result<FormatPtr> compile(const model::FormatSpec& spec, const model::CaptureRegexFactory& regex);

/// The result of detect() for a sample of lines.
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
