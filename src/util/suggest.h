// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace routemeter::util {

/// The candidate that a mistyped `word` most likely meant, or "" when none is near: at most one edit
/// per three characters (insert, delete, replace, swap of neighbours), letter case ignored.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

/// "a, b or c" for messages.
std::string one_of(std::span<const std::string_view> words);

}  // namespace routemeter::util
