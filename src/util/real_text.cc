// SPDX-License-Identifier: Apache-2.0
#include "util/real_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace routemeter::util {
namespace {

constexpr std::size_t kLongestReal = 400;              // 1.8e308 or 5e-324 without an exponent
constexpr double kExactIntegers = 9007199254740992.0;  // 2^53
constexpr int kFirstExponentWithE = 6;                 // 1e+06, as Go prints it
constexpr int kLastExponentWithoutE = -4;              // 0.0001

// True when it was one of the values that have names.
bool append_special(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "NaN";
  } else if (std::isinf(value)) {
    out += value > 0 ? "+Inf" : "-Inf";
  } else {
    return false;
  }
  return true;
}

}  // namespace

void append_real(std::string& out, double value) {
  if (append_special(out, value)) return;
  std::array<char, kLongestReal> buffer;
  char* const begin = buffer.data();
  char* const end = begin + buffer.size();
  // Without the first case to_chars prefers "1e+06", being shorter than the integer that it is.
  const auto done = std::abs(value) < kExactIntegers && value == std::trunc(value)
                        ? std::to_chars(begin, end, static_cast<std::int64_t>(value))
                        : std::to_chars(begin, end, value);
  out.append(begin, static_cast<std::size_t>(done.ptr - begin));
}

std::string format_float(double value) {
  std::string out;
  if (append_special(out, value)) return out;
  std::array<char, kLongestReal> buffer;
  char* const begin = buffer.data();
  char* const end = begin + buffer.size();
  // Shortest digits first: their exponent decides how the number is written.
  char* stop = std::to_chars(begin, end, value, std::chars_format::scientific).ptr;
  *stop = '\0';
  const std::string_view scientific(begin, static_cast<std::size_t>(stop - begin));
  const long exponent = std::strtol(begin + scientific.find('e') + 1, nullptr, 10);
  if (exponent >= kFirstExponentWithE || exponent < kLastExponentWithoutE) return std::string(scientific);
  stop = std::to_chars(begin, end, value, std::chars_format::fixed).ptr;
  out.assign(begin, static_cast<std::size_t>(stop - begin));
  if (out.find('.') == std::string::npos) out += ".0";
  return out;
}

}  // namespace routemeter::util
