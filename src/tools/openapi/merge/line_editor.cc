// SPDX-License-Identifier: Apache-2.0
#include "tools/openapi/merge/line_editor.h"

#include <algorithm>
#include <utility>

namespace routemeter::openapi {
namespace {

std::size_t indent_of(std::string_view line) { return std::min(line.find_first_not_of(' '), line.size()); }

}  // namespace

LineEditor::LineEditor(std::string_view text) {
  while (!text.empty()) {
    const std::size_t feed = text.find('\n');
    const bool has_end = feed != std::string_view::npos;
    std::string_view line = text.substr(0, feed);
    text.remove_prefix(has_end ? feed + 1 : text.size());
    std::string end = has_end ? "\n" : "";
    if (line.ends_with('\r')) {
      line.remove_suffix(1);
      end.insert(0, 1, '\r');
    }
    if (lines_.empty() && has_end) newline_ = end;
    lines_.emplace_back(line);
    ends_.push_back(std::move(end));
  }
  edits_.resize(lines_.size() + 1);
}

std::string LineEditor::result() const {
  std::string out;
  for (std::size_t i = 0; i < edits_.size(); ++i) {
    const Edit& edit = edits_[i];
    for (const std::string& text : edit.before) {
      if (!out.empty() && out.back() != '\n') out += newline_;
      out += text + newline_;
    }
    if (i == lines_.size() || edit.removed) continue;
    const std::size_t indent = edit.comment.empty() ? 0 : indent_of(lines_[i]);
    out.append(lines_[i], 0, indent).append(edit.comment).append(lines_[i], indent).append(ends_[i]);
  }
  return out;
}

util::Result<Extent> extent_of(const std::vector<std::string>& lines, util::Position at,
                               const std::string& path) {
  Extent extent;
  extent.first = extent.last = static_cast<std::size_t>(at.line) - 1;
  const std::string& line = lines[extent.first];
  extent.indent = indent_of(line);
  const std::size_t value = std::min(line.find_first_not_of(' ', extent.indent + 1), line.size());
  const auto column = static_cast<std::size_t>(at.column) - 1;
  // The value stands right behind the dash, maybe after a quote or an anchor.
  if (line.substr(extent.indent, 2) != "- " || column < value || line.find_first_of(",[", value) < column) {
    return util::error_in(
        path, lines, at, "this entry does not stand on lines of its own",
        "write the list with one entry a line, each after '- ': --merge works line by line");
  }
  for (std::size_t i = extent.first + 1; i < lines.size(); ++i) {
    const std::size_t indent = indent_of(lines[i]);
    if (indent == lines[i].size()) continue;
    if (indent <= extent.indent) break;
    if (lines[i][indent] != '#') extent.last = i;
  }
  return extent;
}

}  // namespace routemeter::openapi
