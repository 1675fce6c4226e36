// SPDX-License-Identifier: Apache-2.0
#include "util/words.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "util/ascii.h"

namespace routemeter::util {
namespace {

// A word longer than any name we know; bounds the table for hostile keys.
constexpr std::size_t kMaxWord = 64;

// Optimal string alignment distance.
std::size_t distance(std::string_view a, std::string_view b) {
  const std::size_t width = b.size() + 1;
  std::vector<std::size_t> table((a.size() + 1) * width);
  const auto cell = [&](std::size_t i, std::size_t j) -> std::size_t& { return table[i * width + j]; };
  for (std::size_t i = 0; i <= a.size(); ++i) cell(i, 0) = i;
  for (std::size_t j = 0; j <= b.size(); ++j) cell(0, j) = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replace = cell(i - 1, j - 1) + (to_lower(a[i - 1]) == to_lower(b[j - 1]) ? 0 : 1);
      cell(i, j) = std::min({cell(i - 1, j) + 1, cell(i, j - 1) + 1, replace});
      const bool swapped = i > 1 && j > 1 && to_lower(a[i - 1]) == to_lower(b[j - 2]) &&
                           to_lower(a[i - 2]) == to_lower(b[j - 1]);
      if (swapped) cell(i, j) = std::min(cell(i, j), cell(i - 2, j - 2) + 1);
    }
  }
  return cell(a.size(), b.size());
}

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

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
  if (word.empty() || word.size() > kMaxWord) return {};
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (std::string_view candidate : candidates) {
    const std::size_t d = distance(word, candidate);
    if (d < best_distance && d < candidate.size()) {
      best_distance = d;
      best = candidate;
    }
  }
  return best;
}

std::string one_of(std::span<const std::string_view> words) {
  if (words.size() < 2) return joined(words);
  return fmt::format("{} or {}", joined(words.first(words.size() - 1)), words.back());
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

}  // namespace routemeter::util
