// SPDX-License-Identifier: Apache-2.0
#include "format/contract/log_time.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <optional>

#include "util/ascii.h"

namespace routemeter::format {
namespace {

constexpr double kNoTime = -1;

/// Year, month, day, hour, minute and second by their letters in a shape.
constexpr std::string_view kParts = "YMDhms";
using Parts = std::array<int, kParts.size()>;
enum : std::size_t { kYear, kMonth, kDay, kHour, kMinute, kSecond };

/// Takes what has a shape off the front of `text`: a letter of kParts is a digit of that part, "bbb" the name
/// of a month, 'T' what parts date and time in ISO 8601; all else is itself. Names are English whatever the
/// locale: that is what servers write.
bool take(std::string_view& text, std::string_view shape, Parts& out) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (text.size() < shape.size()) return false;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (const std::size_t part = kParts.find(shape[i]); part != std::string_view::npos) {
      if (!util::is_digit(text[i])) return false;
      out[part] = out[part] * 10 + (text[i] - '0');
    } else if (shape[i] == 'b') {
      const std::size_t at = kMonths.find(text.substr(i, 3));
      if (at == std::string_view::npos || at % 3 != 0) return false;
      out[kMonth] = static_cast<int>(at / 3) + 1;
      i += 2;
    } else if (shape[i] == 'T' ? std::string_view("Tt ").find(text[i]) == std::string_view::npos
                               : text[i] != shape[i]) {
      return false;
    }
  }
  text.remove_prefix(shape.size());
  return true;
}

/// "+hhmm", "-hh:mm", "+hh" or "Z" as seconds east of Greenwich.
std::optional<int> zone_of(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  if (text.empty() || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  for (const std::string_view shape : {"hh", "hhmm", "hh:mm"}) {
    Parts parts{};
    std::string_view rest = text.substr(1);
    if (rest.size() != shape.size() || !take(rest, shape, parts)) continue;
    if (parts[kHour] >= 24 || parts[kMinute] >= 60) break;
    return (parts[kHour] * 60 + parts[kMinute]) * (text[0] == '-' ? -60 : 60);
  }
  return std::nullopt;
}

double seconds_of(const Parts& parts, std::optional<int> zone) {
  const auto [year, month, day, hour, minute, second] = parts;
  const bool good =
      month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24 && minute < 60 && second <= 60;
  if (!good || !zone) return kNoTime;
  const std::chrono::sys_days date{std::chrono::year(year) / month / day};
  const std::int64_t days = date.time_since_epoch().count();
  return static_cast<double>(days * 86400 + (hour * 60 + minute) * 60 + second - *zone);
}

double parse_clf(std::string_view text) {
  if (text.size() >= 2 && text.front() == '[' && text.back() == ']') text = text.substr(1, text.size() - 2);
  Parts parts{};
  if (!take(text, "DD/bbb/YYYY:hh:mm:ss", parts)) return kNoTime;
  if (text.empty()) return seconds_of(parts, 0);
  return text[0] == ' ' ? seconds_of(parts, zone_of(text.substr(1))) : kNoTime;
}

double parse_iso(std::string_view text) {
  Parts parts{};
  if (!take(text, "YYYY-MM-DDThh:mm:ss", parts)) return kNoTime;
  double fraction = 0;
  // Python's logging writes a comma.
  if (!text.empty() && (text[0] == '.' || text[0] == ',')) {
    text.remove_prefix(1);
    for (double weight = 0.1; !text.empty() && util::is_digit(text[0]); weight /= 10) {
      fraction += (text[0] - '0') * weight;
      text.remove_prefix(1);
    }
  }
  if (!text.empty() && text[0] == ' ') text.remove_prefix(1);
  const double whole = seconds_of(parts, text.empty() ? 0 : zone_of(text));
  return whole < 0 ? kNoTime : whole + fraction;
}

/// The kinds that are a number.
struct Epoch {
  TimeKind kind;
  double unit;         ///< so many are a second
  std::size_t digits;  ///< that times from 2001 to 2286 have
};
constexpr Epoch kEpochs[] = {{TimeKind::kUnix, 1, 10},
                             {TimeKind::kUnixMilli, 1e3, 13},
                             {TimeKind::kUnixMicro, 1e6, 16},
                             {TimeKind::kUnixNano, 1e9, 19}};

double parse_epoch(std::string_view text, double unit) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return kNoTime;
  return std::isfinite(value) && value >= 0 ? value / unit : kNoTime;
}

}  // namespace

double parse_time(std::string_view text, TimeKind kind) {
  if (kind == TimeKind::kClf) return parse_clf(text);
  if (kind == TimeKind::kIso8601) return parse_iso(text);
  for (const Epoch& epoch : kEpochs) {
    if (epoch.kind == kind) return parse_epoch(text, epoch.unit);
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

std::size_t time_length(std::string_view text, std::string_view seconds, std::string_view fraction,
                        std::initializer_list<std::string_view> zones) noexcept {
  if (!has_time_shape(text, seconds)) return 0;
  std::size_t at = seconds.size();
  if (has_time_shape(text.substr(at), fraction)) {
    for (++at; at < text.size() && util::is_digit(text[at]);) ++at;
  }
  for (const std::string_view zone : zones) {
    if (has_time_shape(text.substr(at), zone)) return at + zone.size();
  }
  return 0;
}

TimeKind guess_time_kind(std::string_view text) noexcept {
  std::size_t digits = 0;
  while (digits < text.size() && util::is_digit(text[digits])) ++digits;
  if (digits == 0) return TimeKind::kNone;
  if (digits == 4 && text.substr(4, 1) == "-") return TimeKind::kIso8601;
  if (digits <= 2 && text.substr(digits, 1) == "/") return TimeKind::kClf;
  if (digits < text.size() && text[digits] != '.') return TimeKind::kNone;
  for (const Epoch& epoch : kEpochs) {
    if (epoch.digits == digits) return epoch.kind;
  }
  return TimeKind::kNone;
}

}  // namespace routemeter::format
