// SPDX-License-Identifier: Apache-2.0
#include "expose/text/page_values.h"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "util/utf8.h"

namespace routemeter::expose {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

void append_escaped(std::string& out, std::string_view text, bool quoted) {
  std::size_t done = 0;  // what is before it has been appended
  std::size_t at = 0;
  const auto replace = [&](std::string_view with) {
    out += text.substr(done, at - done);
    out += with;
    done = ++at;
  };
  while (at < text.size()) {
    const char c = text[at];
    if (c == '\\') {
      replace("\\\\");
    } else if (c == '\n') {
      replace("\\n");
    } else if (c == '"' && quoted) {
      replace("\\\"");
    } else if (static_cast<std::uint8_t>(c) < 0x80) {
      ++at;
    } else if (const std::size_t length = util::utf8_length(text.substr(at)); length != 0) {
      at += length;
    } else {
      replace(kReplacement);
    }
  }
  out += text.substr(done);
}

constexpr std::uint64_t kTenTo19 = 10'000'000'000'000'000'000U;
constexpr std::size_t kLongestSum = 39;  // digits of 2^128 - 1

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

}  // namespace

void append_label_value(std::string& out, std::string_view text) { append_escaped(out, text, true); }

void append_help(std::string& out, std::string_view text) { append_escaped(out, text, false); }

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

}  // namespace routemeter::expose
