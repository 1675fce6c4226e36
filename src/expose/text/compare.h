// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "util/result.h"

namespace routemeter::expose {

/// What differs between two expositions by meaning: order, comments, number spelling and blank lines do not.
struct Comparison {
  std::vector<std::string> removed;  ///< samples only in expected: "- name{...} 5"
  std::vector<std::string> added;    ///< samples only in actual: "+ name{...} 5"
  std::vector<std::string> changed;  ///< "~ name{...} 5 -> 6"
  bool equal() const { return removed.empty() && added.empty() && changed.empty(); }
};

/// Compares; numbers equal to a relative 1e-9; `NAME_created` samples and timestamps left out. Lines are
/// sorted by name and labels. Errors when `expected` does not parse or has a sample twice
/// (file:line:column). `actual` is our own output.
util::Result<Comparison> compare(std::string_view expected, const std::string& expected_name,
                                 std::string_view actual);

}  // namespace routemeter::expose
