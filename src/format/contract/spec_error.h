// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "model/rule_file.h"
#include "util/diagnostic.h"

namespace routemeter::format {

/// An error at byte `offset` of spec.text, with that line of the text as its snippet.
util::Diagnostic spec_error(const model::FormatSpec& spec, std::size_t offset, std::string message,
                            std::string hint = "");

/// An error about one entry of `fields`.
util::Diagnostic field_error(const model::FormatSpec& spec, const model::FieldSource& source,
                             std::string message, std::string hint = "");

/// The key of `fields` for a Field: "time_to_first_byte".
std::string_view field_key(model::Field field);

}  // namespace routemeter::format
