// SPDX-License-Identifier: Apache-2.0
#include "app/status/status_html.h"

#include <array>
#include <cmath>
#include <ctime>

#include "util/fmt.h"
#include "util/printable.h"
#include "util/words.h"

namespace routemeter::app {
namespace {

constexpr double kYear10000 = 253402300800.0;

// In strftime's `form`; empty for a time that is none.
std::string calendar_text(double when, const char* form) {
  if (!(when >= 0 && when < kYear10000)) return "";
  const auto seconds = static_cast<std::time_t>(when);
  std::tm at;
  if (::gmtime_r(&seconds, &at) == nullptr) return "";
  std::array<char, 40> text;
  return {text.data(), std::strftime(text.data(), text.size(), form, &at)};
}

}  // namespace

std::string html(std::string_view raw, std::size_t limit) {
  std::string out;
  for (const char c : util::printable(raw, limit)) {
    if (c == '\'') {
      out += "&#39;";  // attributes of the page may stand in either quotes
    } else {
      util::append_markup(out, c);
    }
  }
  return out;
}

std::string html_lines(std::string_view raw) {
  std::string out;
  while (true) {
    const std::size_t end = raw.find('\n');
    out += html(raw.substr(0, end));
    if (end == std::string_view::npos) return out;
    out += '\n';
    raw.remove_prefix(end + 1);
  }
}

std::string byte_size(std::uint64_t bytes) {
  if (bytes < 1024) return util::grouped(bytes, "byte");
  static constexpr std::array<const char*, 6> kUnits = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  double value = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  // 1023.95 would be printed as 1024.0.
  for (; value >= 1023.95 && unit + 1 < kUnits.size(); ++unit) value /= 1024;
  return fmt::format("{:.1f} {}", value, kUnits[unit]);
}

std::string duration_text(double seconds) {
  if (!(seconds >= 0 && seconds < kYear10000)) return "0 s";
  const auto s = static_cast<std::uint64_t>(seconds);
  const auto two = [](std::uint64_t big, const char* unit, std::uint64_t small, const char* small_unit) {
    const std::string text = fmt::format("{} {}", util::grouped(big), unit);
    return small == 0 ? text : fmt::format("{} {} {}", text, small, small_unit);
  };
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3600) return fmt::format("{} min", s / 60);
  if (s < 86400) return two(s / 3600, "h", s / 60 % 60, "min");
  return two(s / 86400, "d", s / 3600 % 24, "h");
}

std::string ago(double when, double now, std::string_view never) {
  const std::string full = utc(when);
  if (full.empty()) return std::string(never);
  const double age = now - when;
  // Clocks of other machines write our logs: what is ahead of ours is said as it is.
  const std::string words = std::abs(age) < 1 ? "just now"
                            : age > 0         ? fmt::format("{} ago", duration_text(age))
                                              : fmt::format("in {}", duration_text(-age));
  return fmt::format("<time datetime=\"{}\" title=\"{}\">{}</time>",
                     calendar_text(when, "%Y-%m-%dT%H:%M:%SZ"), full, words);
}

std::string utc(double when) { return calendar_text(when, "%Y-%m-%d %H:%M:%S UTC"); }

}  // namespace routemeter::app
