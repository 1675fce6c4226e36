// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "model/request.h"
#include "model/rule_file.h"

namespace routemeter::format {

/// A name that some program gives to a field in its JSON access log. Dots stand for nesting, or are part of
/// the key.
struct JsonName {
  model::Field field;
  std::string_view path;
  model::Unit unit = model::Unit::kSeconds;  ///< of durations
};

/// The names of one program. Within a field the order counts: the first that the line has is taken.
struct JsonDialect {
  std::string_view name;
  std::span<const JsonName> names;
};

/// All dialects, in the order in which they are preferred when several fit a line equally well.
std::span<const JsonDialect> json_dialects();

}  // namespace routemeter::format
