// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "format/contract/format.h"
#include "model/capture_regex.h"
#include "model/rule_file.h"
#include "util/diagnostic.h"
#include "util/result.h"

// The common part of all functions that make formats: their signature, and how they refuse a FormatSpec.

namespace routemeter::format {

/// Makes the format that spec.text names; `regex` is only for those that need an engine.
using FormatFactory = util::Result<FormatPtr> (*)(const model::FormatSpec& spec,
                                                  const model::CaptureRegexFactory& regex);

/// An error at byte `offset` of spec.text, with that line of the text as its snippet.
util::Diagnostic spec_error(const model::FormatSpec& spec, std::size_t offset, std::string message,
                            std::string hint = "");

/// An error about one entry of `fields`.
util::Diagnostic field_error(const model::FormatSpec& spec, const model::FieldSource& source,
                             std::string message, std::string hint = "");

}  // namespace routemeter::format
