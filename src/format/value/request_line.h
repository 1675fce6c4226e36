// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "format/contract/format.h"
#include "model/method.h"
#include "model/request.h"
#include "model/vocabulary.h"
#include "util/bytes.h"

namespace routemeter::format {

/// Splits "METHOD SP TARGET SP HTTP/x.y" (the target may hold blanks, the protocol may be absent).
/// Fills out.method and out.target with views into `line` and returns kNone, or returns
/// kBadRequest. Escapes are not undone: no logger escapes a blank, so undo them in the parts.
model::Reason split_request_line(std::string_view line, model::Request& out) noexcept;

/// The same rules for formats that log the parts apart: a token, and a target of one of the four forms.
bool is_method(std::string_view method) noexcept;
/// Sets the method, and its number if the eight bytes before its end may be read (from `readable` on). False
/// when `method` is not a method.
bool take_method(std::string_view method, const char* readable, model::Request& out) noexcept;
bool is_target(std::string_view method, std::string_view target) noexcept;
/// "HTTP/" and digits, maybe with one dot between them.
bool is_protocol(std::string_view protocol) noexcept;

/// Makes a request of the texts of its fields, for formats that are not in a hurry. A field without data is
/// not in the line; "" and "-" are unknown values. Sets the fields of `out`, which was cleared.
model::Reason read_fields(const ByField<std::string_view>& texts, const ByField<model::Unit>& units,
                          model::Request& out) noexcept;

/// The methods as words, each with the blank behind it, found by a hash without a collision.
class MethodWords {
 public:
  constexpr MethodWords() noexcept {
    for (std::uint8_t number = 0; number < model::kMethods.size(); ++number) {
      const std::string_view method = model::kMethods[number];
      std::uint64_t word = std::uint64_t{' '} << (8 * method.size());
      for (std::size_t i = 0; i < method.size(); ++i) {
        word |= std::uint64_t{static_cast<unsigned char>(method[i])} << (8 * i);
      }
      unique_ = unique_ && method.size() < sizeof word && words_[slot_of(word)] == 0;
      words_[slot_of(word)] = word;
      numbers_[slot_of(word)] = number;
    }
  }
  constexpr bool unique() const { return unique_; }
  /// Of the bytes of a method and a blank, the first one lowest, and zeros behind them.
  constexpr std::uint8_t number_of(std::uint64_t word) const {
    const std::size_t slot = slot_of(word);
    return words_[slot] == word ? numbers_[slot] : model::kUnknownMethod;
  }

 private:
  static constexpr std::size_t slot_of(std::uint64_t word) { return (word * kMultiplier) >> 60; }
  static constexpr std::uint64_t kMultiplier = 0x63CA828DD5F4B3B3;
  bool unique_ = true;
  std::array<std::uint64_t, 16> words_{};
  std::array<std::uint8_t, 16> numbers_{};
};
inline constexpr MethodWords kMethodWords;
static_assert(kMethodWords.unique());

/// The fast path of split_request_line(), for nearly every request line: a known method, a path, and
/// HTTP/1.0, 1.1 or 2.0, with one blank between them. False: not such a line, use split_request_line().
/// always_inline: called once a line, and g++ otherwise decides by what else is in the unity file.
[[gnu::always_inline]] inline bool split_fast_request_line(std::string_view line,
                                                           model::Request& out) noexcept {
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
  // Up to the highest bit of the first blank.
  const std::uint8_t method = kMethodWords.number_of(word & (blanks ^ (blanks - 1)));
  const char* const target = line.data() + size + 1;
  if (method == model::kUnknownMethod || *target != '/') return false;
  out.set_method({line.data(), size}, method);
  out.target = std::string_view(target, static_cast<std::size_t>(protocol - 1 - target));
  return true;
}

}  // namespace routemeter::format
