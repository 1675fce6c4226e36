// SPDX-License-Identifier: Apache-2.0
#include "app/load/log_format.h"

#include <algorithm>

#include "route/router.h"
#include "util/fmt.h"
#include "util/printable.h"

namespace routemeter::app {

std::vector<std::string_view> sample_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty() && lines.size() < format::kDetectLines) {
    const std::size_t newline = text.find('\n');
    const std::string_view line = format::clean_line(text.substr(0, newline));
    if (!line.empty()) lines.push_back(line);
    if (newline == std::string_view::npos) break;
    text.remove_prefix(newline + 1);
  }
  return lines;
}

util::Result<format::Detection> detect_format(const model::FormatSpec& spec, const std::string& name,
                                              const std::vector<std::string_view>& lines) {
  auto found = format::detect(spec, lines, route::compile_capture_regex);
  if (!found || found->format != nullptr || lines.empty()) return found;
  util::Diagnostic d = util::error_about(
      name,
      fmt::format("no known format fits: 0 of the first {} lines parse{}{}", found->lines,
                  found->nearest.empty() ? "" : "; nearest: ", found->nearest),
      "say what the lines look like: --format 'combined', or the log_format or LogFormat string of the "
      "server, or `format:` in a rule file (formats: routemeter replay --help)");
  d.source_line = util::printable(lines.front(), 200);
  return d;
}

std::vector<std::string> drop_unseen(model::Snapshot& snapshot, model::FieldSet seen) {
  std::vector<std::string> notes;
  for (const model::Family& family : snapshot) {
    if (!seen.has_all(family.needs))
      notes.push_back(fmt::format("{}: no line has a field for it", family.name));
  }
  std::erase_if(snapshot, [seen](const model::Family& family) { return !seen.has_all(family.needs); });
  return notes;
}

}  // namespace routemeter::app
