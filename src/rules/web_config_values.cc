// SPDX-License-Identifier: Apache-2.0
#include "rules/web_config_values.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "util/ascii.h"

namespace routemeter::route {
namespace {

constexpr double kYear = 366.0 * 86400 * 1e9;
constexpr std::size_t kBcryptLength = 60;
constexpr std::size_t kBcryptPrefix = 7;

struct Unit {
  std::string_view name;
  double nanoseconds;
};
// A unit that begins like another one comes first.
constexpr Unit kUnits[] = {{"ns", 1},   {"us", 1e3}, {"µs", 1e3}, {"μs", 1e3},
                           {"ms", 1e6}, {"s", 1e9},  {"m", 6e10}, {"h", 3.6e12}};

}  // namespace

std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text) {
  if (text == "0") return std::chrono::nanoseconds(0);
  double total = 0;
  bool any = false;
  while (!text.empty()) {
    const std::size_t length = std::min(text.find_first_not_of("0123456789."), text.size());
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + length, number);
    if (length == 0 || error != std::errc() || end != text.data() + length) return std::nullopt;
    text.remove_prefix(length);
    const auto* const unit = std::find_if(std::begin(kUnits), std::end(kUnits),
                                          [text](const Unit& u) { return text.starts_with(u.name); });
    if (unit == std::end(kUnits)) return std::nullopt;
    text.remove_prefix(unit->name.size());
    total += number * unit->nanoseconds;
    any = true;
  }
  if (!any || total > kYear) return std::nullopt;
  return std::chrono::nanoseconds(static_cast<std::int64_t>(total));
}

std::optional<std::uint32_t> bcrypt_cost(std::string_view hash) {
  if (hash.size() != kBcryptLength || !hash.starts_with("$2") || hash[3] != '$' || hash[6] != '$' ||
      std::string_view("aby").find(hash[2]) == std::string_view::npos || !util::is_digit(hash[4]) ||
      !util::is_digit(hash[5])) {
    return std::nullopt;
  }
  const std::string_view rest = hash.substr(kBcryptPrefix);
  const bool clean = std::all_of(rest.begin(), rest.end(), [](char c) {
    return util::is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '/';
  });
  if (!clean) return std::nullopt;
  return static_cast<std::uint32_t>((hash[4] - '0') * 10 + (hash[5] - '0'));
}

}  // namespace routemeter::route
