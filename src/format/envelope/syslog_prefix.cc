// SPDX-License-Identifier: Apache-2.0
#include "format/envelope/syslog_prefix.h"

#include "util/ascii.h"

namespace routemeter::format {
namespace {

/// 'd' in `shape` is a digit, 'D' a digit or a blank, all else itself.
bool has_time_shape(std::string_view text, std::string_view shape) {
  if (text.size() < shape.size()) return false;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const char c = text[i];
    const bool good = shape[i] == 'd'   ? util::is_digit(c)
                      : shape[i] == 'D' ? util::is_digit(c) || c == ' '
                                        : c == shape[i];
    if (!good) return false;
  }
  return true;
}

/// "<190>"; the value is at most 191.
std::size_t priority_length(std::string_view text) {
  if (text.empty() || text[0] != '<') return 0;
  std::size_t at = 1;
  while (at < text.size() && util::is_digit(text[at])) ++at;
  return at > 1 && at <= 4 && at < text.size() && text[at] == '>' ? at + 1 : 0;
}

/// "Jul  8 11:07:07"
std::size_t bsd_time_length(std::string_view text) {
  constexpr std::string_view kMonths = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec ";
  constexpr std::string_view kRest = " Dd dd:dd:dd";
  if (text.size() < 3 + kRest.size() || text[3] != ' ') return 0;
  if (kMonths.find(text.substr(0, 4)) % 4 != 0) return 0;
  return has_time_shape(text.substr(3), kRest) ? 3 + kRest.size() : 0;
}

/// Skips a word and the blank behind it. False at the end of the line.
bool skip_word(std::string_view line, std::size_t& at) {
  const std::size_t blank = line.find(' ', at);
  if (blank == std::string_view::npos || blank == at) return false;
  at = blank + 1;
  return true;
}

/// "[id name="value" ...][...]" or "-"; \" \\ \] are escapes in values.
bool skip_structured_data(std::string_view line, std::size_t& at) {
  if (at < line.size() && line[at] == '-') {
    ++at;
    return true;
  }
  const std::size_t from = at;
  while (at < line.size() && line[at] == '[') {
    bool quoted = false;
    for (++at; at < line.size() && (quoted || line[at] != ']'); ++at) {
      if (line[at] == '\\' && quoted)
        ++at;
      else if (line[at] == '"')
        quoted = !quoted;
    }
    if (at >= line.size()) return false;
    ++at;
  }
  return at != from;
}

/// Behind "<171>": "1 TIME host app pid id sd message".
std::size_t rfc5424_length(std::string_view line, std::size_t at) {
  if (line.substr(at, 2) != "1 ") return 0;
  at += 2;
  const std::size_t time = iso_time_length(line.substr(at));
  if (time == 0 && line.substr(at, 1) != "-") return 0;
  at += time == 0 ? 1 : time;
  if (line.substr(at, 1) != " ") return 0;
  ++at;
  for (int word = 0; word < 4; ++word) {
    if (!skip_word(line, at)) return 0;
  }
  if (!skip_structured_data(line, at) || line.substr(at, 1) != " ") return 0;
  ++at;
  constexpr std::string_view kBom = "\xef\xbb\xbf";
  return line.substr(at, kBom.size()) == kBom ? at + kBom.size() : at;
}

}  // namespace

std::size_t iso_time_length(std::string_view text) noexcept {
  constexpr std::string_view kSeconds = "dddd-dd-ddTdd:dd:dd";
  if (!has_time_shape(text, kSeconds)) return 0;
  std::size_t at = kSeconds.size();
  if (has_time_shape(text.substr(at), ".d")) {
    for (++at; at < text.size() && util::is_digit(text[at]);) ++at;
  }
  const std::string_view zone = text.substr(at);
  if (has_time_shape(zone, "Z")) return at + 1;
  for (const std::string_view shape : {"+dd:dd", "-dd:dd", "+dddd", "-dddd"}) {
    if (has_time_shape(zone, shape)) return at + shape.size();
  }
  return 0;
}

std::size_t syslog_prefix_length(std::string_view line) noexcept {
  std::size_t at = priority_length(line);
  if (at != 0) {
    if (const std::size_t modern = rfc5424_length(line, at); modern != 0) return modern;
  }
  std::size_t time = bsd_time_length(line.substr(at));
  if (time == 0) time = iso_time_length(line.substr(at));
  if (time == 0 || line.substr(at + time, 1) != " ") return 0;
  at += time + 1;
  // The tag ends in a colon. What comes before it is the host, at most one word.
  for (int word = 0; word < 2; ++word) {
    const std::size_t from = at;
    if (!skip_word(line, at)) return 0;
    if (at - from > 2 && line[at - 2] == ':') return at;
  }
  return 0;
}

}  // namespace routemeter::format
