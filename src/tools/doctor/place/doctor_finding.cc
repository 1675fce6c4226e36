// SPDX-License-Identifier: Apache-2.0
#include "tools/doctor/place/doctor_finding.h"

#include <algorithm>
#include <utility>

namespace routemeter::doctor {

std::size_t count(const Findings& findings, Level level) {
  return static_cast<std::size_t>(std::ranges::count(findings, level, &Finding::level));
}

void add_errors(Findings& findings, std::string code, std::string message, const util::Diagnostics& errors) {
  Finding finding{Level::kProblem, std::move(code), std::move(message)};
  append_lines(util::format(errors), finding.shown);
  findings.push_back(std::move(finding));
}

void show_mismatch(std::string head, const format::Mismatch& mismatch, Finding& finding) {
  finding.shown.push_back(std::move(head));
  const std::size_t at = std::min(mismatch.at, mismatch.text.size());
  append_lines(util::snippet(mismatch.text, static_cast<int>(at) + 1), finding.shown);
}

void append_lines(std::string_view text, std::vector<std::string>& out) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

std::string shell_word(std::string_view text) {
  constexpr std::string_view kSafe =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";
  if (!text.empty() && text.find_first_not_of(kSafe) == std::string_view::npos) return std::string(text);
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string_view("'\\''") : std::string_view(&c, 1);
  return out + "'";
}

}  // namespace routemeter::doctor
