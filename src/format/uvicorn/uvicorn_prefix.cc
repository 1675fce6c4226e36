// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "format/contract/log_time.h"
#include "format/uvicorn/uvicorn_format.h"
#include "format/value/log_escape.h"
#include "util/ascii.h"

namespace routemeter::format {
namespace {

constexpr std::array<std::string_view, 6> kLevels = {"INFO",     "WARNING", "ERROR",
                                                     "CRITICAL", "DEBUG",   "TRACE"};
constexpr std::array<std::string_view, 3> kLoggers = {"uvicorn.access", "uvicorn.error", "uvicorn"};

/// "2024-01-01 12:00:00", maybe with a fraction and a zone.
std::size_t timestamp_length(std::string_view text) {
  constexpr std::string_view kSeconds = "dddd-dd-ddtdd:dd:dd";
  if (!has_time_shape(text, kSeconds)) return 0;
  std::size_t at = kSeconds.size();
  if (has_time_shape(text.substr(at), "fd")) {
    at += 2;
    while (at < text.size() && util::is_digit(text[at])) ++at;
  }
  const std::string_view zone = text.substr(at);
  if (has_time_shape(zone, "Z")) return at + 1;
  for (const std::string_view shape : {"+dd:dd", "-dd:dd", " +dddd", " -dddd", "+dddd", "-dddd"}) {
    if (has_time_shape(zone, shape)) return at + shape.size();
  }
  return at;
}

template <std::size_t N>
std::size_t word_length(std::string_view text, const std::array<std::string_view, N>& words) {
  for (const std::string_view word : words) {
    if (text.substr(0, word.size()) == word) return word.size();
  }
  return 0;
}

std::size_t number_length(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && util::is_digit(text[at])) ++at;
  return at;
}

/// Runs `length` on `text`, or on what stands in brackets there: "[INFO]".
template <typename Length>
std::size_t maybe_bracketed(std::string_view text, Length length) {
  const bool open = !text.empty() && text[0] == '[';
  const std::size_t inner = length(text.substr(open ? 1 : 0));
  if (inner == 0 || !open) return inner;
  return inner + 1 < text.size() && text[inner + 1] == ']' ? inner + 2 : 0;
}

/// The separators between two parts of a prefix, and behind the last one.
std::size_t separator_length(std::string_view text) {
  for (const std::string_view separator : {" - ", " | ", ": ", " "}) {
    if (text.substr(0, separator.size()) == separator) return separator.size();
  }
  return 0;
}

/// "INFO:     ": level and colon, filled up to ten columns; "%(levelname)s: " has one blank for any level.
std::size_t level_prefix_length(std::string_view line) {
  constexpr std::size_t kWidth = 10;
  std::size_t at = ansi_colour_length(line);
  const std::size_t word = word_length(line.substr(at), kLevels);
  if (word == 0) return 0;
  at += word;
  at += ansi_colour_length(line.substr(at));
  if (line.substr(at, 2) != ": ") return 0;
  const std::size_t blanks = kWidth - word - 1;
  const std::string_view rest = line.substr(at + 1);
  if (rest.size() >= blanks && rest.substr(0, blanks).find_first_not_of(' ') == std::string_view::npos) {
    return at + 1 + blanks;
  }
  return rest.size() > 1 && rest[1] != ' ' ? at + 2 : 0;
}

/// "INFO:uvicorn.access:"
std::size_t basic_config_length(std::string_view line) {
  const std::size_t level = word_length(line, kLevels);
  if (level == 0 || line.substr(level, 1) != ":") return 0;
  const std::size_t logger = word_length(line.substr(level + 1), kLoggers);
  const std::size_t end = level + 1 + logger;
  return logger != 0 && line.substr(end, 1) == ":" ? end + 1 : 0;
}

/// One of what may follow a time stamp: level, logger, or a process number in brackets, with the blanks
/// that "%(levelname)-8s" fills up with.
std::size_t part_length(std::string_view text) {
  std::size_t end = maybe_bracketed(text, [](std::string_view t) { return word_length(t, kLevels); });
  if (end == 0) end = maybe_bracketed(text, [](std::string_view t) { return word_length(t, kLoggers); });
  if (end == 0 && text.substr(0, 1) == "[") end = maybe_bracketed(text, number_length);
  if (end == 0) return 0;
  while (text.substr(end, 2) == "  ") ++end;
  return end;
}

/// A time stamp and up to three parts.
std::size_t dated_prefix_length(std::string_view line) {
  constexpr int kMaxParts = 3;
  std::size_t at = maybe_bracketed(line, timestamp_length);
  if (at == 0) return 0;
  for (int parts = 0; parts <= kMaxParts; ++parts) {
    const std::size_t gap = separator_length(line.substr(at));
    if (gap == 0) return 0;
    at += gap;
    const std::string_view rest = line.substr(at);
    if (const std::size_t usual = level_prefix_length(rest); usual != 0) return at + usual;
    const std::size_t part = part_length(rest);
    if (part == 0) return at;
    at += part;
  }
  return 0;
}

}  // namespace

std::size_t uvicorn_prefix_length(std::string_view line) noexcept {
  if (line.empty()) return 0;
  // A client begins with a digit, a colon or a bracket; only a date has a dash or more behind it.
  const char first = line[0];
  if (util::is_digit(first) || first == '[') return dated_prefix_length(line);
  if (const std::size_t usual = level_prefix_length(line); usual != 0) return usual;
  return basic_config_length(line);
}

}  // namespace routemeter::format
