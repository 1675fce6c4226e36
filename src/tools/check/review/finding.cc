// SPDX-License-Identifier: Apache-2.0
#include "tools/check/review/finding.h"

#include <utility>

#include "util/fmt.h"

namespace routemeter::check {

void Findings::add(std::string_view code, util::Position at, std::string message, std::string hint) {
  util::Diagnostic finding = util::error_at(file_, at, std::move(message), std::move(hint));
  finding.severity = code_of(code).severity;
  finding.code = code;
  all_.push_back(std::move(finding));
}

void Findings::add_whole(std::string_view code, std::string message, std::string hint) {
  add(code, {}, std::move(message), std::move(hint));
  all_.back().source_line.clear();
}

void Findings::add_inside(std::string_view code, std::string_view text, util::Position at, std::size_t offset,
                          std::string message, std::string hint) {
  add(code, model::place_inside(file_, text, at, offset), std::move(message), std::move(hint));
}

util::Diagnostics Findings::take() {
  util::sort_by_place(all_);
  return std::exchange(all_, {});
}

std::string line_of(const model::Rule& rule) {
  // A rule in braces has its own ends, and quotes inside.
  return fmt::format("line {}, {}", rule.at.line,
                     rule.text.starts_with('{') ? rule.text : "'" + rule.text + "'");
}

std::string listed(const std::vector<std::string>& items) {
  constexpr std::size_t kShown = 4;
  std::string out;
  const std::size_t shown = items.size() <= kShown ? items.size() : kShown - 1;
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) out += i + 1 == items.size() ? " and " : ", ";
    out += items[i];
  }
  if (shown < items.size()) out += fmt::format(" and {} more", items.size() - shown);
  return out;
}

util::Position place_of_key(const model::RuleFile& file, std::string_view key) {
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    const std::string_view line = file.lines[i];
    const std::size_t at = line.find(std::string(key) + ":");
    if (at == std::string_view::npos || line.find('#') < at) continue;
    return {static_cast<int>(i) + 1, static_cast<int>(at) + 1};
  }
  return {0, 1};
}

}  // namespace routemeter::check
