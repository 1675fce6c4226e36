// SPDX-License-Identifier: Apache-2.0
#include "format/contract/sampled.h"

namespace routemeter::format {

TimeKind guess_time_kind(std::string_view text) noexcept {
  const auto is_digit = [&text](std::size_t at) {
    return at < text.size() && text[at] >= '0' && text[at] <= '9';
  };
  std::size_t digits = 0;
  while (is_digit(digits)) ++digits;
  if (digits == 0) return TimeKind::kNone;
  if (digits == 4 && text.substr(4, 1) == "-") return TimeKind::kIso8601;
  if (digits <= 2 && text.substr(digits, 1) == "/") return TimeKind::kClf;
  if (digits < text.size() && text[digits] != '.') return TimeKind::kNone;
  // 2001 to 2286 have ten digits of seconds.
  switch (digits) {
    case 10:
      return TimeKind::kUnix;
    case 13:
      return TimeKind::kUnixMilli;
    case 16:
      return TimeKind::kUnixMicro;
    case 19:
      return TimeKind::kUnixNano;
    default:
      return TimeKind::kNone;
  }
}

}  // namespace routemeter::format
