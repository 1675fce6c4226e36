// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "format/contract/format.h"

namespace routemeter::format {

/// Makes the format that spec.text names; `regex` is only for those that need an engine.
using FormatFactory = util::Result<FormatPtr> (*)(const model::FormatSpec& spec,
                                                  const model::CaptureRegexFactory& regex);

/// One row. A new format is one file and one row. Envelopes are not here: compile() wraps what a row made.
struct Builtin {
  std::string_view name;
  FormatFactory make;
  bool in_auto;  ///< `auto` tries it
};

/// The table of formats with a name, in the order in which `auto` prefers them when several fit equally well.
const std::vector<Builtin>& builtins();

}  // namespace routemeter::format
