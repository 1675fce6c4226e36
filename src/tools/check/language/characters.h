// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <random>
#include <string>
#include <string_view>

#include "tools/check/language/char_set.h"

namespace routemeter::check {

/// Takes the first character off `text`, which is well-formed UTF-8 and not empty.
char32_t take_character(std::string_view& text);
void append_character(std::string& out, char32_t c);

/// The member of a range that people like to read most: a digit, a letter, then whatever is printable.
char32_t readable_character(const CharSet::Range& range);
char32_t readable_character(const CharSet& set);
/// A member by chance, mostly one that people like to read. The set is not empty.
char32_t random_character(const CharSet& set, std::minstd_rand& random);

}  // namespace routemeter::check
