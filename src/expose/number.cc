// SPDX-License-Identifier: Apache-2.0
#include "expose/number.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string_view>

#include "expose/text.h"

namespace routemeter::expose {
namespace {

constexpr std::uint64_t kTenTo19 = 10'000'000'000'000'000'000U;
constexpr std::size_t kLongestSum = 39;                // digits of 2^128 - 1
constexpr std::size_t kLongestReal = 400;              // 1.8e308 or 5e-324 without an exponent
constexpr double kExactIntegers = 9007199254740992.0;  // 2^53
constexpr int kFirstExponentWithE = 6;                 // 1e+06, as Go prints it
constexpr int kLastExponentWithoutE = -4;              // 0.0001

// The decimal digits of a 128-bit number, at the end of a buffer that the caller owns.
std::string_view digits_of(model::Sum value, std::array<char, kLongestSum>& buffer) {
  std::size_t at = buffer.size();
  while (value > UINT64_MAX) {
    auto low = static_cast<std::uint64_t>(value % kTenTo19);
    value /= kTenTo19;
    for (int i = 0; i < 19; ++i, low /= 10) buffer[--at] = static_cast<char>('0' + low % 10);
  }
  auto high = static_cast<std::uint64_t>(value);
  do {
    buffer[--at] = static_cast<char>('0' + high % 10);
    high /= 10;
  } while (high != 0);
  return {buffer.data() + at, buffer.size() - at};
}

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

void append_integer(std::string& out, std::uint64_t value) {
  std::array<char, 20> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  out.append(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
}

void append_decimal(std::string& out, model::Sum value, int decimals) {
  std::array<char, kLongestSum> buffer;
  std::string_view digits = digits_of(value, buffer);
  const auto places = static_cast<std::size_t>(decimals);
  if (digits.size() > places) {
    out += digits.substr(0, digits.size() - places);
    digits.remove_prefix(digits.size() - places);
  } else {
    out += '0';
  }
  const std::size_t missing = places - digits.size();
  while (!digits.empty() && digits.back() == '0') digits.remove_suffix(1);
  if (digits.empty()) return;
  out += '.';
  out.append(missing, '0');
  out += digits;
}

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

std::string format_decimal(model::Sum value, int decimals) {
  std::string out;
  append_decimal(out, value, decimals);
  return out;
}

}  // namespace routemeter::expose
