// SPDX-License-Identifier: Apache-2.0
#include "format/contract/log_time.h"

#include <charconv>
#include <cmath>

#include "util/ascii.h"

namespace routemeter::format {
namespace {

constexpr double kNoTime = -1;

/// Takes exactly `digits` digits off the front of `text`.
bool take_number(std::string_view& text, std::size_t digits, int& out) {
  if (text.size() < digits) return false;
  out = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (!util::is_digit(text[i])) return false;
    out = out * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return true;
}

bool take_digits(std::string_view& text, char c) {
  if (text.empty() || text[0] != c) return false;
  text.remove_prefix(1);
  return true;
}

/// English names whatever the locale: that is what servers write.
bool take_month(std::string_view& text, int& out) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const std::size_t at = text.size() < 3 ? std::string_view::npos : kMonths.find(text.substr(0, 3));
  if (at == std::string_view::npos || at % 3 != 0) return false;
  out = static_cast<int>(at / 3) + 1;
  text.remove_prefix(3);
  return true;
}

/// "+hhmm", "-hh:mm", "+hh" or "Z" as seconds east of Greenwich.
bool take_zone(std::string_view& text, int& out) {
  out = 0;
  if (take_digits(text, 'Z') || take_digits(text, 'z')) return true;
  const bool west = take_digits(text, '-');
  if (!west && !take_digits(text, '+')) return false;
  int hours = 0;
  int minutes = 0;
  if (!take_number(text, 2, hours)) return false;
  const bool colon = take_digits(text, ':');
  if ((colon || !text.empty()) && !take_number(text, 2, minutes)) return false;
  out = (hours * 60 + minutes) * 60 * (west ? -1 : 1);
  return hours < 24 && minutes < 60;
}

bool take_clock(std::string_view& text, int& seconds) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (!take_number(text, 2, hour) || !take_digits(text, ':') || !take_number(text, 2, minute) ||
      !take_digits(text, ':') || !take_number(text, 2, second)) {
    return false;
  }
  seconds = (hour * 60 + minute) * 60 + second;
  return hour < 24 && minute < 60 && second <= 60;
}

/// Days since 1970-01-01 in the Gregorian calendar (the usual shift of the year to March).
std::int64_t days_of(int year, int month, int day) {
  const int shifted = year - (month <= 2 ? 1 : 0);
  const int era = shifted / 400;
  const int year_of_era = shifted - era * 400;
  const int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return static_cast<std::int64_t>(era) * 146097 + day_of_era - 719468;
}

bool is_date(int month, int day) { return month >= 1 && month <= 12 && day >= 1 && day <= 31; }

double seconds_of(int year, int month, int day, int clock, int zone) {
  return static_cast<double>(days_of(year, month, day) * 86400 + clock - zone);
}

double parse_clf(std::string_view text) {
  if (text.size() >= 2 && text.front() == '[' && text.back() == ']') text = text.substr(1, text.size() - 2);
  int day = 0;
  int month = 0;
  int year = 0;
  int clock = 0;
  int zone = 0;
  if (!take_number(text, 2, day) || !take_digits(text, '/') || !take_month(text, month) ||
      !take_digits(text, '/') || !take_number(text, 4, year) || !take_digits(text, ':') ||
      !take_clock(text, clock)) {
    return kNoTime;
  }
  if (!text.empty() && (!take_digits(text, ' ') || !take_zone(text, zone))) return kNoTime;
  return text.empty() && is_date(month, day) ? seconds_of(year, month, day, clock, zone) : kNoTime;
}

double parse_iso(std::string_view text) {
  int day = 0;
  int month = 0;
  int year = 0;
  int clock = 0;
  int zone = 0;
  double fraction = 0;
  if (!take_number(text, 4, year) || !take_digits(text, '-') || !take_number(text, 2, month) ||
      !take_digits(text, '-') || !take_number(text, 2, day) ||
      !(take_digits(text, 'T') || take_digits(text, 't') || take_digits(text, ' ')) ||
      !take_clock(text, clock)) {
    return kNoTime;
  }
  // Python's logging writes a comma.
  if (take_digits(text, '.') || take_digits(text, ',')) {
    double weight = 0.1;
    while (!text.empty() && util::is_digit(text[0])) {
      fraction += (text[0] - '0') * weight;
      weight /= 10;
      text.remove_prefix(1);
    }
  }
  take_digits(text, ' ');
  if (!text.empty() && !take_zone(text, zone)) return kNoTime;
  return text.empty() && is_date(month, day) ? seconds_of(year, month, day, clock, zone) + fraction : kNoTime;
}

double parse_epoch(std::string_view text, double unit) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return kNoTime;
  return std::isfinite(value) && value >= 0 ? value / unit : kNoTime;
}

}  // namespace

double parse_time(std::string_view text, TimeKind kind) {
  switch (kind) {
    case TimeKind::kNone:
      break;
    case TimeKind::kClf:
      return parse_clf(text);
    case TimeKind::kIso8601:
      return parse_iso(text);
    case TimeKind::kUnix:
      return parse_epoch(text, 1);
    case TimeKind::kUnixMilli:
      return parse_epoch(text, 1e3);
    case TimeKind::kUnixMicro:
      return parse_epoch(text, 1e6);
    case TimeKind::kUnixNano:
      return parse_epoch(text, 1e9);
  }
  return kNoTime;
}

bool has_time_shape(std::string_view text, std::string_view shape) noexcept {
  if (text.size() < shape.size()) return false;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const char c = text[i];
    const char s = shape[i];
    const bool good = s == 'd'   ? util::is_digit(c)
                      : s == 'b' ? util::is_digit(c) || c == ' '
                      : s == 't' ? c == 'T' || c == ' '
                      : s == 'f' ? c == '.' || c == ','
                                 : c == s;
    if (!good) return false;
  }
  return true;
}

TimeKind guess_time_kind(std::string_view text) noexcept {
  std::size_t digits = 0;
  while (digits < text.size() && util::is_digit(text[digits])) ++digits;
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
