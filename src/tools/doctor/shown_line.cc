// SPDX-License-Identifier: Apache-2.0
#include "tools/doctor/shown_line.h"

#include <algorithm>

#include "util/diagnostic.h"

namespace routemeter::doctor {

std::string shown_at(std::string_view line, std::size_t at) {
  return util::snippet(line, static_cast<int>(std::min(at, line.size())) + 1);
}

void append_lines(std::string_view text, std::vector<std::string>& out) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace routemeter::doctor
