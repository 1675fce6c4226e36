// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace routemeter::route {

/// Finds which of many literal texts (atoms) occur in a path, in about a nanosecond per byte: each atom is
/// looked up by the window of its bytes that fewest other atoms have, and compared only where that is seen.
class AtomFinder {
 public:
  static constexpr std::size_t kMinAtom = 3;

  /// An atom (lower-case ASCII, at least kMinAtom bytes) that makes `pattern` worth trying.
  void add(std::string_view atom, std::uint32_t pattern);

  /// Ends the filling.
  void freeze();

  bool empty() const noexcept { return atoms_.empty(); }

  /// Sets the bit of each pattern that has an atom in the text. `folded` comes from fold(), so that
  /// kPadding bytes after its end are readable.
  void find(std::string_view folded, std::span<std::uint64_t> patterns) const noexcept;

  /// `text` with letters made small as RE2 does for its atoms, in `scratch`. Well-formed UTF-8 goes in.
  static std::string_view fold(std::string_view text, std::string& scratch);
  static constexpr std::size_t kPadding = 8;

 private:
  struct Atom {
    std::string text;
    std::vector<std::uint32_t> patterns;
    std::uint32_t window = 0;  ///< offset of its window
    std::uint32_t next = 0;    ///< the next with the same hash, + 1; 0 = none
  };
  /// The atoms whose windows have three bytes, or four.
  struct Table {
    std::uint32_t mask = 0;
    unsigned shift = 0;
    std::vector<std::uint64_t> seen;   ///< one bit per hash
    std::vector<std::uint32_t> first;  ///< per hash, index into atoms_ + 1

    std::size_t hash(std::uint32_t window) const noexcept { return (window & mask) * 0x9e3779b1U >> shift; }
  };

  void fill(Table& table, std::size_t width);
  void find_in(const Table& table, std::size_t width, std::string_view folded,
               std::span<std::uint64_t> patterns) const noexcept;

  std::vector<Atom> atoms_;
  Table three_;
  Table four_;
};

}  // namespace routemeter::route
