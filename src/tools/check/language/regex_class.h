// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "tools/check/language/char_set.h"

namespace routemeter::check {

/// Reads one character of a pattern, escape or class at the front of `rest` and takes it off; what stands for
/// a set gives the set. Nothing for what only RE2 knows (\b, \p, \Q, \1).
std::optional<CharSet> take_set(std::string_view& rest);

/// The set with the other case of its ASCII letters, and the two letters that RE2 folds onto ASCII.
CharSet folded(const CharSet& set);

}  // namespace routemeter::check
