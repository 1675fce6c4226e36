// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "model/method.h"
#include "model/request.h"
#include "util/bytes.h"

namespace routemeter::format {

/// The methods as words, found by a hash without a collision.
class MethodWords {
 public:
  constexpr MethodWords() noexcept {
    for (std::uint8_t number = 0; number < model::kMethods.size(); ++number) {
      std::uint64_t word = 0;
      for (std::size_t i = 0; i < model::kMethods[number].size(); ++i) {
        word |= std::uint64_t{static_cast<unsigned char>(model::kMethods[number][i])} << (8 * i);
      }
      unique_ = unique_ && words_[slot_of(word)] == 0;
      words_[slot_of(word)] = word;
      sizes_[slot_of(word)] = model::kMethods[number].size();
      numbers_[slot_of(word)] = number;
    }
  }
  constexpr bool unique() const { return unique_; }
  /// Of the `size` bytes of a method, and zeros behind them; a zero may be one of the bytes, too.
  constexpr std::uint8_t number_of(std::uint64_t word, std::size_t size) const {
    const std::size_t slot = slot_of(word);
    return words_[slot] == word && sizes_[slot] == size ? numbers_[slot] : model::kUnknownMethod;
  }

 private:
  static constexpr std::size_t slot_of(std::uint64_t word) { return (word * kMultiplier) >> 60; }
  static constexpr std::uint64_t kMultiplier = 0xF3C64AF775A89295;
  bool unique_ = true;
  std::array<std::uint64_t, 16> words_{};
  std::array<std::size_t, 16> sizes_{};
  std::array<std::uint8_t, 16> numbers_{};
};
inline constexpr MethodWords kMethodWords;
static_assert(kMethodWords.unique());

/// What split_request_line() does for what nearly every request line is: a known method, a path, HTTP/1.1 or
/// its like, and one blank between them. False: look closer.
inline bool split_usual_request_line(std::string_view line, model::Request& out) noexcept {
  constexpr std::size_t kProtocol = 8;
  constexpr std::uint64_t kHttp10 = 0x302E312F50545448;  // the bytes of the names, the first one lowest
  constexpr std::uint64_t kHttp11 = 0x312E312F50545448;
  constexpr std::uint64_t kHttp20 = 0x302E322F50545448;
  if (line.size() < std::string_view("GET / HTTP/1.1").size()) return false;
  const char* const protocol = line.data() + line.size() - kProtocol;
  const std::uint64_t version = util::load64(protocol);
  const std::uint64_t word = util::load64(line.data());
  const std::uint64_t blanks = util::zero_bytes(word ^ util::eight_times(' '));
  // Not one after the other: a branch on which version it is would be guessed wrong.
  const bool known = (version == kHttp11) | (version == kHttp20) | (version == kHttp10);
  if (!known || blanks == 0 || protocol[-1] != ' ' || protocol[-2] == ' ') return false;
  const auto size = static_cast<std::size_t>(std::countr_zero(blanks)) / 8;
  const std::uint8_t method = kMethodWords.number_of(word & (((blanks & (0 - blanks)) >> 7) - 1), size);
  const char* const target = line.data() + size + 1;
  if (size == 0 || method == model::kUnknownMethod || *target != '/') return false;
  out.set_method(line.substr(0, size), method);
  out.target = std::string_view(target, static_cast<std::size_t>(protocol - 1 - target));
  return true;
}

}  // namespace routemeter::format
