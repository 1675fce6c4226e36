// SPDX-License-Identifier: Apache-2.0
#include "tools/doctor/place/doctor_finding.h"

#include <algorithm>
#include <utility>

#include "util/diagnostic.h"

namespace routemeter::doctor {

Finding make_finding(Level level, std::string code, std::string message, std::string advice,
                     std::vector<std::string> paste) {
  return {level, std::move(code), std::move(message), {}, std::move(advice), std::move(paste)};
}

void add_finding(Findings& findings, Level level, std::string code, std::string message, std::string advice,
                 std::vector<std::string> paste) {
  findings.push_back(
      make_finding(level, std::move(code), std::move(message), std::move(advice), std::move(paste)));
}

std::size_t count(const Findings& findings, Level level) {
  return static_cast<std::size_t>(std::count_if(findings.begin(), findings.end(),
                                                [level](const Finding& f) { return f.level == level; }));
}

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

std::string shell_word(std::string_view text) {
  constexpr std::string_view kSafe =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";
  if (!text.empty() && text.find_first_not_of(kSafe) == std::string_view::npos) return std::string(text);
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

}  // namespace routemeter::doctor
