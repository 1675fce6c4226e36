// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "format/contract/format.h"
#include "model/capture_regex.h"
#include "model/rule_file.h"
#include "util/diagnostic.h"
#include "util/result.h"

// The common part of all functions that make formats: their signature, what they read a FormatSpec with, and
// how they refuse it.

namespace routemeter::format {

/// Makes the format that spec.text names; `regex` is only for those that need an engine.
using FormatFactory = util::Result<FormatPtr> (*)(const model::FormatSpec& spec,
                                                  const model::CaptureRegexFactory& regex);

/// The names that some program gives to a field. The order counts: the first that a log has is taken.
struct FieldNames {
  model::Field field;
  std::string_view names;                    ///< apart by blanks
  model::Unit unit = model::Unit::kSeconds;  ///< of durations
};

/// The words of a text, which blanks keep apart.
std::vector<std::string_view> words_of(std::string_view text);

/// A string that was written in FormatSpec::text, its quotes and escapes undone.
struct SpecString {
  std::string text;
  std::vector<std::size_t> offsets;  ///< where each byte of text stands in FormatSpec::text

  void append(char c, std::size_t offset);
  void append(const SpecString& more);
};

/// What stands in spec.text from `begin` on, as it is. A YAML block scalar ends in a newline that no log line
/// has, so that is left out.
SpecString read_bare_string(const model::FormatSpec& spec, std::size_t begin = 0);

/// An error at byte `offset` of spec.text, with that line of the text as its snippet.
util::Diagnostic spec_error(const model::FormatSpec& spec, std::size_t offset, std::string message,
                            std::string hint = "");

/// An error about one entry of `fields`.
util::Diagnostic field_error(const model::FormatSpec& spec, const model::FieldSource& source,
                             std::string message, std::string hint = "");

}  // namespace routemeter::format
