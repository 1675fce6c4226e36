// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace routemeter::doctor {

/// A field that a log has behind the usual ones.
struct TailColumn {
  bool quoted = false;
  std::string key;   ///< "rt=" where every line has it
  std::string name;  ///< nginx's variable, by what the values look like; empty = nothing says
};

/// Names for the words of lines that all have the same shape; quoted words with their quotes.
std::vector<TailColumn> name_columns(const std::vector<std::vector<std::string_view>>& rows);

}  // namespace routemeter::doctor
