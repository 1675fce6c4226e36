// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace routemeter::format {

/// How Request::time is written.
enum class TimeKind : std::uint8_t {
  kNone,
  kClf,      ///< 10/Oct/2000:13:55:36 -0700
  kIso8601,  ///< 2024-01-01T00:00:00.123+00:00, also with a blank for the T
  kUnix,     ///< seconds since the epoch, maybe with decimals ($msec, Caddy)
  kUnixMilli,
  kUnixMicro,
  kUnixNano
};

/// Seconds since the epoch, or a negative number when `text` is no time of that kind.
double parse_time(std::string_view text, TimeKind kind);

/// Matches `shape` at the start of `text`: 'd' is a digit, 'b' a digit or a blank, 't' T or a blank, 'f' a
/// point or a comma; all else is itself.
bool has_time_shape(std::string_view text, std::string_view shape) noexcept;

/// Length of a time at the start of `text`: shaped like `seconds`, maybe with a fraction that begins like
/// `fraction`, and the first of `zones` that follows ("" = none has to). 0 when it is not there.
std::size_t time_length(std::string_view text, std::string_view seconds, std::string_view fraction,
                        std::initializer_list<std::string_view> zones) noexcept;

/// The kind of time that `text` can be: by its shape, and for plain numbers by their size (seconds, milli-,
/// micro- or nanoseconds of our century). kNone when it is none.
TimeKind guess_time_kind(std::string_view text) noexcept;

}  // namespace routemeter::format
