// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "model/method.h"
#include "model/vocabulary.h"

namespace routemeter::model {

/// A small set of Field.
class FieldSet {
 public:
  constexpr FieldSet() = default;
  static constexpr FieldSet all() { return from_bits(~0U); }
  /// Bit n is the n-th Field; bits of no field are ignored.
  static constexpr FieldSet from_bits(std::uint32_t bits) {
    FieldSet set;
    set.bits_ = bits & (mask(Field::kCount) - 1);
    return set;
  }
  constexpr std::uint32_t bits() const { return bits_; }
  constexpr void add(Field f) { bits_ |= mask(f); }
  constexpr bool has(Field f) const { return (bits_ & mask(f)) != 0; }
  /// Without a branch.
  constexpr void add_if(bool condition, Field f) {
    bits_ |= std::uint32_t{condition} << static_cast<unsigned>(f);
  }
  constexpr void add(FieldSet other) { bits_ |= other.bits_; }
  constexpr bool has_all(FieldSet other) const { return (other.bits_ & ~bits_) == 0; }
  constexpr bool operator==(const FieldSet&) const = default;

 private:
  static constexpr std::uint32_t mask(Field f) { return 1U << static_cast<unsigned>(f); }
  std::uint32_t bits_ = 0;
};

/// One request as its log line tells it. The views see the line's bytes or the parser's scratch:
/// valid until that parser's next parse(). Numbers are unknown where `known` says so ("-", empty).
struct Request {
  std::string_view method;                       ///< as sent, escapes undone; any RFC 9110 token
  std::uint8_t method_number = kMethodNotAsked;  ///< of `method`, where the parser had it at hand
  std::string_view
      target;  ///< origin, absolute, authority or asterisk form; escapes undone, not percent-decoded
  /// Up to here may be read behind `target` (not interpreted), so that whoever looks at it may load whole
  /// words; null = no byte more.
  const char* readable_end = nullptr;
  std::string_view host;     ///< as logged, maybe with a port; empty = unknown
  std::string_view time;     ///< as logged, see Format::time_kind; empty = unknown
  std::uint16_t status = 0;  ///< 100..599
  FieldSet known;            ///< which of the four numbers below this line has
  FieldSet present;          ///< of an open format: what this line has a place for, be it "-"
  std::uint64_t duration_ns = 0;
  std::uint64_t time_to_first_byte_ns = 0;
  std::uint64_t request_size = 0;   ///< bytes
  std::uint64_t response_size = 0;  ///< bytes

  /// For parsers: the method and its number have to agree in a Request that is used again.
  void set_method(std::string_view text, std::uint8_t number = kMethodNotAsked) noexcept {
    method = text;
    method_number = number;
  }
};

/// Its method's number, known or looked up.
inline std::uint8_t method_number(const Request& request) noexcept {
  return request.method_number != kMethodNotAsked ? request.method_number : method_number(request.method);
}

}  // namespace routemeter::model
