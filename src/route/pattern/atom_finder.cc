// SPDX-License-Identifier: Apache-2.0
#include "route/pattern/atom_finder.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <unordered_map>

#include "route/path/byte_words.h"

namespace routemeter::route {
namespace {

std::uint32_t window_of(std::string_view atom, std::size_t at, std::size_t width) {
  char bytes[4] = {};
  std::memcpy(bytes, atom.data() + at, width);
  return load32(bytes);
}

constexpr std::uint64_t kEach = 0x0101010101010101U;

// Eight bytes: 'A' to 'Z' get the bit that makes them small.
std::uint64_t lower8(std::uint64_t word) {
  const std::uint64_t low = word & (kEach * 0x7f);
  const std::uint64_t from_a = low + kEach * (0x80 - 'A');
  const std::uint64_t after_z = low + kEach * (0x7f - 'Z');
  return word | ((from_a & ~after_z & ~word & (kEach * 0x80)) >> 2);
}

}  // namespace

void AtomFinder::add(std::string_view atom, std::uint32_t pattern) {
  const auto found =
      std::find_if(atoms_.begin(), atoms_.end(), [&](const Atom& a) { return a.text == atom; });
  Atom& into = found != atoms_.end() ? *found : atoms_.emplace_back();
  into.text = atom;
  into.patterns.push_back(pattern);
}

void AtomFinder::freeze() {
  fill(three_, 3);
  fill(four_, 4);
}

void AtomFinder::fill(Table& table, std::size_t width) {
  const auto belongs = [width](const Atom& atom) {
    return std::min<std::size_t>(atom.text.size(), 4) == width;
  };
  std::unordered_map<std::uint32_t, std::uint32_t> uses;
  std::size_t count = 0;
  for (const Atom& atom : atoms_) {
    if (!belongs(atom)) continue;
    ++count;
    for (std::size_t at = 0; at + width <= atom.text.size(); ++at) ++uses[window_of(atom.text, at, width)];
  }
  if (count == 0) return;
  const std::size_t size = std::max<std::size_t>(std::bit_ceil(count * 16), 1024);
  table.mask = width == 3 ? 0x00ffffffU : 0xffffffffU;
  table.shift = static_cast<unsigned>(32 - std::countr_zero(size));
  table.seen.resize(size / 64);
  table.first.resize(size);
  for (std::size_t i = 0; i < atoms_.size(); ++i) {
    Atom& atom = atoms_[i];
    if (!belongs(atom)) continue;
    std::size_t best = 0;
    for (std::size_t at = 1; at + width <= atom.text.size(); ++at) {
      if (uses[window_of(atom.text, at, width)] < uses[window_of(atom.text, best, width)]) best = at;
    }
    atom.window = static_cast<std::uint32_t>(best);
    const std::size_t hash = table.hash(window_of(atom.text, best, width));
    table.seen[hash / 64] |= 1ULL << (hash % 64);
    atom.next = table.first[hash];
    table.first[hash] = static_cast<std::uint32_t>(i + 1);
  }
}

void AtomFinder::find(std::string_view folded, std::span<std::uint64_t> patterns) const noexcept {
  if (!four_.first.empty()) find_in(four_, 4, folded, patterns);
  if (!three_.first.empty()) find_in(three_, 3, folded, patterns);
}

void AtomFinder::find_in(const Table& table, std::size_t width, std::string_view folded,
                         std::span<std::uint64_t> patterns) const noexcept {
  for (std::size_t at = 0; at + width <= folded.size(); ++at) {
    const std::size_t hash = table.hash(load32(folded.data() + at));
    if ((table.seen[hash / 64] >> (hash % 64) & 1) == 0) continue;
    for (std::uint32_t i = table.first[hash]; i != 0; i = atoms_[i - 1].next) {
      const Atom& atom = atoms_[i - 1];
      if (at < atom.window || !folded.substr(at - atom.window).starts_with(atom.text)) continue;
      for (const std::uint32_t pattern : atom.patterns) patterns[pattern / 64] |= 1ULL << (pattern % 64);
    }
  }
}

std::string_view AtomFinder::fold(std::string_view text, std::string& scratch) {
  scratch.resize(std::max(scratch.size(), text.size() + kPadding));
  std::memcpy(scratch.data(), text.data(), text.size());
  std::uint64_t not_ascii = 0;
  for (std::size_t at = 0; at < text.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, scratch.data() + at, 8);
    word = lower8(word);
    if (at + 8 <= text.size()) not_ascii |= word;
    std::memcpy(scratch.data() + at, &word, 8);
  }
  for (std::size_t at = text.size() & ~std::size_t{7}; at < text.size(); ++at) {
    not_ascii |= static_cast<unsigned char>(text[at]);
  }
  std::size_t size = text.size();
  if ((not_ascii & (kEach * 0x80)) != 0) {
    // The two characters outside ASCII whose small letter is ASCII: long s and the Kelvin sign.
    std::size_t out = 0;
    for (std::size_t at = 0; at < text.size();) {
      const std::string_view rest = std::string_view(scratch).substr(at, text.size() - at);
      const bool long_s = rest.starts_with("\xC5\xBF");
      const bool kelvin = rest.starts_with("\xE2\x84\xAA");
      at += kelvin ? 3 : long_s ? 2 : 1;
      scratch[out++] = kelvin ? 'k' : long_s ? 's' : rest[0];
    }
    size = out;
  }
  return std::string_view(scratch).substr(0, size);
}

}  // namespace routemeter::route
