// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <re2/filtered_re2.h>

namespace routemeter::route {

/// Texts of which at least one stands in whatever matches.
using AnyOf = std::vector<std::string>;

/// What a text must contain for a pattern to match, as alternatives to choose from: each AnyOf alone is
/// necessary. Texts are lower-case ASCII of at least `min_size` bytes, to be searched for in text that
/// AtomFinder::fold() made. Empty: the pattern has no such text and must always be tried.
/// `pattern` is the only one in it, and not yet compiled by FilteredRE2::Compile().
std::vector<AnyOf> required_atoms(re2::FilteredRE2& pattern, std::size_t min_size);

}  // namespace routemeter::route
