// SPDX-License-Identifier: Apache-2.0
#include "util/log.h"

#include <array>

#include "util/json.h"
#include "util/printable.h"

namespace routemeter::util {
namespace {

constexpr std::array<std::string_view, 4> kLevels = {"debug", "info", "warn", "error"};

bool needs_quotes(std::string_view value) {
  if (value.empty()) return true;
  for (const char c : value) {
    if (c == ' ' || c == '"' || c == '=' || c == '\\' || static_cast<unsigned char>(c) < 0x20) return true;
  }
  return false;
}

void append_quoted(std::string& out, std::string_view value) {
  out += '"';
  for (const char c : printable(value)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

}  // namespace

std::string_view name_of(LogLevel level) { return kLevels[static_cast<std::size_t>(level)]; }

bool parse_level(std::string_view word, LogLevel& out) {
  for (std::size_t i = 0; i < kLevels.size(); ++i) {
    if (word != kLevels[i]) continue;
    out = static_cast<LogLevel>(i);
    return true;
  }
  return false;
}

std::string format_logfmt(std::string_view time, LogLevel level, std::string_view message,
                          const LogFields& fields) {
  std::string out = "time=";
  out += time;
  out += " level=";
  out += name_of(level);
  out += " msg=";
  append_quoted(out, message);
  for (const auto& [key, value] : fields) {
    out += ' ';
    out += key;
    out += '=';
    if (needs_quotes(value)) {
      append_quoted(out, value);
    } else {
      out += printable(value);
    }
  }
  return out;
}

std::string format_json(std::string_view time, LogLevel level, std::string_view message,
                        const LogFields& fields) {
  Json record = {{"time", time}, {"level", name_of(level)}, {"msg", printable(message)}};
  for (const auto& [key, value] : fields) record[std::string(key)] = printable(value);
  return dump(record);
}

}  // namespace routemeter::util
