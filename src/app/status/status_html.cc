// SPDX-License-Identifier: Apache-2.0
#include "app/status/status_html.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <ctime>

#include "util/printable.h"

namespace routemeter::app {
namespace {

constexpr double kYear10000 = 253402300800.0;

template <typename... Numbers>
std::string print(const char* format, Numbers... numbers) {
  std::array<char, 64> buffer;
  const int size = std::snprintf(buffer.data(), buffer.size(), format, numbers...);
  return {buffer.data(), static_cast<std::size_t>(size)};
}

// Attributes of the page may stand in either quotes.
void append_escaped(std::string& out, char c) {
  if (c == '\'') {
    out += "&#39;";
  } else {
    util::append_markup(out, c);
  }
}

bool to_calendar(double when, std::tm& out) {
  if (!(when >= 0 && when < kYear10000)) return false;
  const auto seconds = static_cast<std::time_t>(when);
  return ::gmtime_r(&seconds, &out) != nullptr;
}

std::string calendar_text(const std::tm& at, char between, std::string_view zone) {
  return print("%04d-%02d-%02d%c%02d:%02d:%02d", at.tm_year + 1900, at.tm_mon + 1, at.tm_mday, between,
               at.tm_hour, at.tm_min, at.tm_sec) +
         std::string(zone);
}

}  // namespace

void append_text(std::string& out, std::string_view raw, std::size_t limit) {
  for (const char c : util::printable(raw, limit)) append_escaped(out, c);
}

void append_lines(std::string& out, std::string_view raw, std::size_t limit) {
  while (!raw.empty()) {
    const std::size_t end = raw.find('\n');
    append_text(out, raw.substr(0, end), limit);
    if (end == std::string_view::npos) break;
    out += '\n';
    raw.remove_prefix(end + 1);
  }
}

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

std::string counted(std::uint64_t number, std::string_view one, std::string_view many) {
  return grouped(number) + ' ' + std::string(number == 1 ? one : many);
}

std::string byte_size(std::uint64_t bytes) {
  if (bytes < 1024) return counted(bytes, "byte", "bytes");
  static constexpr std::array<const char*, 6> kUnits = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  double value = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  // 1023.95 would be printed as 1024.0.
  for (; value >= 1023.95 && unit + 1 < kUnits.size(); ++unit) value /= 1024;
  return print("%.1f ", value) + kUnits[unit];
}

std::string duration_text(double seconds) {
  if (!(seconds >= 0 && seconds < kYear10000)) return "0 s";
  const auto s = static_cast<std::uint64_t>(seconds);
  const auto two = [](std::uint64_t big, const char* unit, std::uint64_t small, const char* small_unit) {
    std::string text = grouped(big) + ' ' + unit;
    if (small > 0) text += ' ' + std::to_string(small) + ' ' + small_unit;
    return text;
  };
  if (s < 60) return std::to_string(s) + " s";
  if (s < 3600) return std::to_string(s / 60) + " min";
  if (s < 86400) return two(s / 3600, "h", s / 60 % 60, "min");
  return two(s / 86400, "d", s / 3600 % 24, "h");
}

std::string ago(double when, double now, std::string_view never) {
  std::tm at;
  if (!to_calendar(when, at)) return std::string(never);
  const double age = now - when;
  // Clocks of other machines write our logs: what is ahead of ours is said as it is.
  const std::string words = std::abs(age) < 1 ? "just now"
                            : age > 0         ? duration_text(age) + " ago"
                                              : "in " + duration_text(-age);
  return "<time datetime=\"" + calendar_text(at, 'T', "Z") + "\" title=\"" + utc(when) + "\">" + words +
         "</time>";
}

std::string utc(double when) {
  std::tm at;
  return to_calendar(when, at) ? calendar_text(at, ' ', " UTC") : "";
}

}  // namespace routemeter::app
