// SPDX-License-Identifier: Apache-2.0
#include "model/rule_file.h"

namespace routemeter::model {

Position place_inside(const util::SourceText& file, std::string_view text, Position at, std::size_t offset) {
  const auto line = static_cast<std::size_t>(at.line - 1);
  const auto column = static_cast<std::size_t>(at.column - 1);
  if (line < file.lines.size() && column < file.lines[line].size() &&
      std::string_view(file.lines[line]).substr(column).starts_with(text)) {
    at.column += static_cast<int>(offset);
  }
  return at;
}

}  // namespace routemeter::model
