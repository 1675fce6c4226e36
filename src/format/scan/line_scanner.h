// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "format/scan/field_class.h"
#include "util/bytes.h"

namespace routemeter::format {

/// The first eight bytes of a literal, or those that it has, to be compared at once.
struct Head {
  std::uint64_t bytes = 0;
  std::uint64_t mask = 0;

  Head() = default;
  explicit Head(std::string_view literal) noexcept {
    char text[sizeof bytes] = {};
    char used[sizeof mask] = {};
    const std::size_t size = std::min(literal.size(), sizeof bytes);
    std::memcpy(text, literal.data(), size);
    std::memset(used, 0xFF, size);
    bytes = util::load64(text);
    mask = util::load64(used);
  }
  /// The bits in which the eight bytes at `at` differ.
  std::uint64_t differs(const char* at) const noexcept { return (util::load64(at) ^ bytes) & mask; }
};

/// Splits a line into fields by a fixed sequence of literals and fields, without a regular expression.
///
/// A line matches when it is prefix field literal field literal ... to its end. Where the byte that begins
/// the following literal cannot be in the field, the field ends at its first appearance. Where it can, the
/// shortest field is tried first, then the next longer one, until the whole line matches: what a backtracking
/// regular expression with lazy quantifiers finds (kList excepted). Failures are remembered, so that
/// the work grows with the length of the line, not with its powers.
class LineScanner {
 public:
  static constexpr std::uint8_t kNoSlot = format::kNoSlot;
  static constexpr std::size_t kMaxFields = 200;

  /// Notes of the slow path; one per thread, reused.
  class Scratch;

  void add_literal(std::string_view text);
  /// `slot` says where scan() puts the field's text; kNoSlot = nobody needs it. Two fields need a literal
  /// between them unless the class of the first excludes how the second begins.
  void add_field(FieldClass cls, std::uint8_t slot);
  /// Call once when all parts are there.
  void finish();

  /// The first byte at which a line stops to fit, and which part was looked for there.
  struct Reach {
    static constexpr std::size_t kPrefix = static_cast<std::size_t>(-1);
    std::size_t at = 0;
    std::size_t step = kPrefix;  ///< the field before the literal that is missing, or kPrefix
    std::string_view literal;    ///< what had to follow that field; empty = the end of the line
  };
  /// How far a line that does not match gets at best. For people: slow, and bounded for long lines.
  Reach reach(std::string_view line) const;

  /// Fills captures[slot] with views into `line`; `captures` has one element more than there are slots.
  bool scan(std::string_view line, std::string_view* captures, Scratch& scratch) const noexcept;

 private:
  /// A field and the literal behind it (empty for the last field of a line that ends in one).
  struct Step {
    util::ByteSet quick_stops;    ///< the same as `stops`, when quick
    Head head;                    ///< of the literal
    std::array<char, 5> stops{};  ///< where to look closer: the bytes that end the class, an escape, `first`
    std::size_t stop_count = 0;   ///< of different ones; behind them the last is repeated
    std::uint32_t size = 0;       ///< of the literal
    std::uint32_t at = 0;         ///< of the literal in literals_
    FieldClass cls = FieldClass::kToken;
    bool quick = false;  ///< where one of the stops begins the literal, the first candidate is
    bool lazy = false;   ///< the literal can begin inside the field
    std::uint8_t slot = kNoSlot;
    char first = '\0';  ///< of the literal
  };
  struct Line {
    const char* begin;
    const char* end;
  };
  class Search;
  class Farthest;

  static const char* field_end(const Step& step, const Line& line, const char* at) noexcept;
  static const char* list_end(const Step& step, const Line& line, const char* at) noexcept;
  /// The first place from `at` on where the literal stands and all before it is in the field, or null;
  /// then `reach` is how far the field could go.
  const char* candidate(const Step& step, const Line& line, const char* at,
                        const char*& reach) const noexcept;
  /// The same for the only or first candidate of any step, or null.
  const char* first_candidate(const Step& step, const Line& line, const char* at) const noexcept;
  bool has_literal(const Step& step, const Line& line, const char* at) const noexcept;
  /// scan() when the first candidates do not fit (scanner_search.cc); `begin` is behind the prefix.
  bool search(const Line& line, const char* begin, std::string_view* captures,
              Scratch& scratch) const noexcept;
  static bool excludes(const Step& step, char c);
  static void add_stops(Step& step);
  static const char* next_stop(const Step& step, const Line& line, const char* at) noexcept;

  std::string prefix_;
  std::string literals_;
  std::vector<Step> steps_;
  std::uint8_t dummy_slot_ = 0;
  bool has_lazy_ = false;
};

class LineScanner::Scratch {
 private:
  friend class LineScanner;
  /// The fields that are known to fail at one step.
  struct Trial {
    const char* low = nullptr;   ///< a field that begins from here
    const char* high = nullptr;  ///< to here cannot go beyond here, and nothing fits behind it
  };
  std::vector<Trial> trials_;
};

}  // namespace routemeter::format
