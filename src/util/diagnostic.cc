// SPDX-License-Identifier: Apache-2.0
#include "util/diagnostic.h"

#include <algorithm>
#include <string_view>
#include <system_error>
#include <utility>

#include "util/fmt.h"
#include "util/printable.h"
#include "util/utf8.h"

namespace routemeter::util {
namespace {

// Bytes of a long line shown before and after the caret: one row of a wide terminal in all.
constexpr std::size_t kBefore = 80;
constexpr std::size_t kAfter = 60;
constexpr std::string_view kCut = "...";

struct Range {
  char32_t first;
  char32_t last;
};
// Unicode's East Asian wide characters and emoji, in coarse blocks, and marks that take no room.
constexpr Range kWide[] = {{0x1100, 0x115F},   {0x2E80, 0xA4CF},  {0xAC00, 0xD7A3}, {0xF900, 0xFAFF},
                           {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},  {0xFFE0, 0xFFE6}, {0x1F300, 0x1F64F},
                           {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};
constexpr Range kZeroWidth[] = {{0x0300, 0x036F}, {0x200B, 0x200F}, {0xFE00, 0xFE0F}};

template <std::size_t N>
bool among(const Range (&ranges)[N], char32_t c) {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [c](const Range& r) { return c >= r.first && c <= r.last; });
}

std::size_t columns(std::string_view character) {
  const char32_t c = utf8_decode(character);
  if (among(kZeroWidth, c)) return 0;
  return among(kWide, c) ? 2 : 1;
}

// The character that byte `offset` belongs to; a character has at most three more bytes.
std::size_t character_start(std::string_view text, std::size_t offset) {
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
  std::size_t start = offset;
  for (int i = 0; i < 3 && start > 0 && start < text.size() && continues(text[start]); ++i) --start;
  return start < text.size() && continues(text[start]) ? offset : start;
}

// Appends `text` for the terminal, and to `pad` what takes the same room; `pad` may be null.
void append_visible(std::string_view text, std::string& out, std::string* pad) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = std::max<std::size_t>(1, utf8_length(text.substr(i)));
    const std::string_view character = text.substr(i, length);
    i += length;
    if (character == "\t") {
      // A tab in both lines ends at the same stop.
      out += '\t';
      if (pad != nullptr) *pad += '\t';
      continue;
    }
    const std::string shown = printable(character);
    out += shown;
    if (pad != nullptr) pad->append(shown == character ? columns(character) : shown.size(), ' ');
  }
}

void append_snippet(std::string& out, std::string_view line, int column) {
  std::size_t caret = std::min(line.size(), static_cast<std::size_t>(std::max(column, 1) - 1));
  std::size_t begin = caret > kBefore ? caret - kBefore : 0;
  std::size_t end = line.size() - caret > kAfter ? caret + kAfter : line.size();
  caret = character_start(line, caret);
  begin = character_start(line, begin);
  end = character_start(line, end);

  std::string pad;
  if (begin > 0) {
    out += kCut;
    pad.append(kCut.size(), ' ');
  }
  append_visible(line.substr(begin, caret - begin), out, &pad);
  append_visible(line.substr(caret, end - caret), out, nullptr);
  if (end < line.size()) out += kCut;
  out += '\n';
  out += pad;
  out += "^\n";
}

}  // namespace

std::string_view name_of(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return "error";
    case Severity::kWarning:
      return "warning";
    case Severity::kNote:
      break;
  }
  return "note";
}

std::string snippet(std::string_view line, int column) {
  std::string out;
  append_snippet(out, line, column);
  return out;
}

std::string format(const Diagnostic& diagnostic) {
  const auto& [line, column] = diagnostic.at;
  std::string out = printable(diagnostic.file);
  if (line > 0) out += fmt::format(":{}:{}", line, column);
  out += fmt::format(": {}: {}", name_of(diagnostic.severity), printable(diagnostic.message));
  if (!diagnostic.code.empty()) out += fmt::format(" [{}]", printable(diagnostic.code));
  out += '\n';
  if (!diagnostic.source_line.empty()) append_snippet(out, diagnostic.source_line, diagnostic.at.column);
  if (!diagnostic.hint.empty()) out += fmt::format("hint: {}\n", printable(diagnostic.hint));
  return out;
}

std::string format(const Diagnostics& diagnostics) {
  std::string out;
  for (const Diagnostic& d : diagnostics) out += format(d);
  return out;
}

Diagnostic error_about(std::string file, std::string message, std::string hint) {
  Diagnostic d;
  d.file = std::move(file);
  d.message = std::move(message);
  d.hint = std::move(hint);
  return d;
}

std::string errno_text(int error) { return std::generic_category().message(error); }

Diagnostic error_in(const std::string& file, const std::vector<std::string>& lines, Position at,
                    std::string message, std::string hint) {
  Diagnostic d = error_about(file, std::move(message), std::move(hint));
  d.at = at;
  const auto index = static_cast<std::size_t>(at.line) - 1;
  if (at.line >= 1 && index < lines.size()) d.source_line = lines[index];
  return d;
}

}  // namespace routemeter::util
