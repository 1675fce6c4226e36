// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace routemeter::util {

enum class LogLevel { kDebug, kInfo, kWarn, kError };

/// Key and value of a log record, in order.
using LogFields = std::vector<std::pair<std::string_view, std::string>>;

/// Takes the messages of library code for the operator. cli makes the one that writes to stderr; tests
/// collect. May be called from several threads.
using Logger = std::function<void(LogLevel, std::string_view message, const LogFields& fields)>;

/// One record as a line without its newline: `ts=... level=info msg="..." key=value`. `time` is RFC 3339.
std::string format_logfmt(std::string_view time, LogLevel level, std::string_view message,
                          const LogFields& fields);
/// The same as a JSON object.
std::string format_json(std::string_view time, LogLevel level, std::string_view message,
                        const LogFields& fields);

/// "info" and the like; the other way round returns false for an unknown word.
std::string_view name_of(LogLevel level);
bool parse_level(std::string_view word, LogLevel& out);

}  // namespace routemeter::util
