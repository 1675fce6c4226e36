// SPDX-License-Identifier: Apache-2.0
#include "tools/doctor/place/finding.h"

#include <algorithm>
#include <utility>

namespace routemeter::doctor {

Finding make_finding(Level level, std::string code, std::string message, std::string advice,
                     std::vector<std::string> paste) {
  Finding out;
  out.level = level;
  out.code = std::move(code);
  out.message = std::move(message);
  out.advice = std::move(advice);
  out.paste = std::move(paste);
  return out;
}

std::size_t count(const Findings& findings, Level level) {
  return static_cast<std::size_t>(std::count_if(findings.begin(), findings.end(),
                                                [level](const Finding& f) { return f.level == level; }));
}

}  // namespace routemeter::doctor
