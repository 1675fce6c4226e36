// SPDX-License-Identifier: Apache-2.0
#include "format/contract/log_time.h"
#include "format/parser/own_parsers.h"
#include "format/value/prefix_walk.h"
#include "util/ascii.h"

namespace routemeter::format {
namespace {

bool skip_level(PrefixWalk& walk) noexcept {
  return walk.skip_any({"INFO", "WARNING", "ERROR", "CRITICAL", "DEBUG", "TRACE"});
}

bool skip_logger(PrefixWalk& walk) noexcept {
  return walk.skip_any({"uvicorn.access", "uvicorn.error", "uvicorn"});
}

bool skip_number(PrefixWalk& walk) noexcept { return walk.skip_while(util::is_digit); }

/// "2024-01-01 12:00:00", maybe with a fraction and a zone.
bool skip_time(PrefixWalk& walk) noexcept {
  return walk.skip(time_length(walk.rest(), "dddd-dd-ddtdd:dd:dd", "fd",
                               {"Z", "+dd:dd", "-dd:dd", " +dddd", " -dddd", "+dddd", "-dddd", ""}));
}

/// What `skip` goes over, or that in brackets: "[INFO]".
bool skip_bracketed(PrefixWalk& walk, bool (*skip)(PrefixWalk&) noexcept) noexcept {
  PrefixWalk ahead = walk;
  const bool open = ahead.skip("[");
  if (!skip(ahead) || (open && !ahead.skip("]"))) return false;
  walk = ahead;
  return true;
}

/// "INFO:     ": level and colon, filled up to ten columns; "%(levelname)s: " has one blank for any level.
bool skip_level_prefix(PrefixWalk& walk) noexcept {
  constexpr std::string_view kFilled = ":         ";
  PrefixWalk ahead = walk;
  ahead.skip_colours();
  const std::size_t from = ahead.at();
  if (!skip_level(ahead)) return false;
  const std::size_t level = ahead.at() - from;
  ahead.skip_colours();
  if (!ahead.skip(kFilled.substr(0, kFilled.size() - level))) {
    if (!ahead.skip(": ") || ahead.rest().empty() || ahead.rest()[0] == ' ') return false;
  }
  walk = ahead;
  return true;
}

/// "INFO:uvicorn.access:"
bool skip_basic_config(PrefixWalk& walk) noexcept {
  return skip_level(walk) && walk.skip(":") && skip_logger(walk) && walk.skip(":");
}

/// One of what may follow a time stamp: level, logger, or a process number in brackets, with the blanks
/// that "%(levelname)-8s" fills up with.
bool skip_part(PrefixWalk& walk) noexcept {
  const bool bracket = walk.rest().substr(0, 1) == "[";
  if (!skip_bracketed(walk, &skip_level) && !skip_bracketed(walk, &skip_logger) &&
      !(bracket && skip_bracketed(walk, &skip_number))) {
    return false;
  }
  while (walk.rest().substr(0, 2) == "  ") walk.skip(1);
  return true;
}

/// A time stamp and up to three parts.
bool skip_dated_prefix(PrefixWalk& walk) noexcept {
  constexpr int kMaxParts = 3;
  if (!skip_bracketed(walk, &skip_time)) return false;
  for (int parts = 0; parts <= kMaxParts; ++parts) {
    if (!walk.skip_any({" - ", " | ", ": ", " "})) return false;
    if (skip_level_prefix(walk) || !skip_part(walk)) return true;
  }
  return false;
}

}  // namespace

std::size_t uvicorn_prefix_length(std::string_view line) noexcept {
  if (line.empty()) return 0;
  PrefixWalk walk(line);
  // A client begins with a digit, a colon or a bracket; only a date has a dash or more behind it.
  const bool dated = util::is_digit(line[0]) || line[0] == '[';
  const bool known = dated ? skip_dated_prefix(walk) : skip_level_prefix(walk) || skip_basic_config(walk);
  return known ? walk.at() : 0;
}

}  // namespace routemeter::format
