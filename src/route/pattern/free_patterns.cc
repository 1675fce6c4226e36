// SPDX-License-Identifier: Apache-2.0
#include "route/pattern/free_patterns.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <unordered_map>

#include "route/template/template.h"
#include "route/tree/trie.h"

namespace routemeter::route {
namespace {

// RE2 knows which atoms a pattern needs but tells only whether a given set of them is enough. That is a
// monotone function, so leaving atoms out shows which are necessary.
class Filter {
 public:
  Filter(re2::FilteredRE2& pattern) : pattern_(pattern) { pattern.Compile(&atoms); }  // NOLINT

  bool passes_without(const std::vector<bool>& absent) const {
    std::vector<int> present;
    for (std::size_t i = 0; i < atoms.size(); ++i) {
      if (!absent[i]) present.push_back(static_cast<int>(i));
    }
    std::vector<int> passed;
    pattern_.AllPotentials(present, &passed);
    return !passed.empty();
  }

  std::vector<std::string> atoms;

 private:
  re2::FilteredRE2& pattern_;
};

// The longest run of ASCII in an atom: a part of what is necessary is necessary too, and outside ASCII our
// folding would have to be RE2's to the last character.
std::string ascii_run(std::string_view atom) {
  std::string_view best;
  while (!atom.empty()) {
    std::size_t end = 0;
    while (end < atom.size() && static_cast<unsigned char>(atom[end]) < 0x80) ++end;
    if (end > best.size()) best = atom.substr(0, end);
    atom.remove_prefix(end < atom.size() ? end + 1 : end);
  }
  return std::string(best);
}

using Uses = std::unordered_map<std::string, std::uint32_t>;

// The requirement that other patterns share least, then the longest: it lets fewest paths through.
const AnyOf* choose(const std::vector<AnyOf>& alternatives, const Uses& uses) {
  const auto price = [&](const AnyOf& any) {
    std::uint32_t shared = 0;
    std::size_t shortest = any[0].size();
    for (const std::string& atom : any) {
      shared = std::max(shared, uses.at(atom));
      shortest = std::min(shortest, atom.size());
    }
    return std::tuple(shared, ~shortest);
  };
  const auto best = std::ranges::min_element(alternatives, {}, price);
  return best == alternatives.end() ? nullptr : &*best;
}

}  // namespace

std::vector<AnyOf> required_atoms(re2::FilteredRE2& pattern, std::size_t min_size) {
  const Filter filter(pattern);
  const std::size_t count = filter.atoms.size();
  std::vector<bool> absent(count, true);
  if (count == 0 || filter.passes_without(absent)) return {};

  std::vector<AnyOf> found;
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<bool> only(count, false);
    only[i] = true;
    if (filter.passes_without(only)) continue;
    std::string atom = ascii_run(filter.atoms[i]);
    if (atom.size() >= min_size) found.push_back({std::move(atom)});
  }
  if (!found.empty()) return found;

  // No single atom is necessary: one of several is. Drop what is not needed to keep the pattern from passing.
  for (std::size_t i = 0; i < count; ++i) {
    absent[i] = false;
    if (filter.passes_without(absent)) absent[i] = true;
  }
  AnyOf any;
  for (std::size_t i = 0; i < count; ++i) {
    if (!absent[i]) continue;
    std::string atom = ascii_run(filter.atoms[i]);
    if (atom.size() < min_size) return {};
    any.push_back(std::move(atom));
  }
  return {any};
}

std::optional<RegexProblem> FreePatterns::add(std::string_view pattern, Where where) {
  const RE2::Options options = path_options();
  if (std::optional<RegexProblem> problem = check_regex(pattern, options)) return problem;
  auto filtered = std::make_unique<re2::FilteredRE2>(static_cast<int>(AtomFinder::kMinAtom));
  int id = 0;
  const std::string text = where == Where::kWhole ? whole(pattern, options) : std::string(pattern);
  if (filtered->Add(text, options, &id) != RE2::NoError) return too_large();
  required_.push_back(required_atoms(*filtered, AtomFinder::kMinAtom));
  patterns_.push_back(std::move(filtered));
  return std::nullopt;
}

void FreePatterns::freeze() {
  Uses uses;
  for (const std::vector<AnyOf>& alternatives : required_) {
    for (const AnyOf& any : alternatives) {
      for (const std::string& atom : any) ++uses[atom];
    }
  }
  always_.assign((patterns_.size() + 63) / 64, 0);
  for (std::uint32_t i = 0; i < patterns_.size(); ++i) {
    const AnyOf* any = choose(required_[i], uses);
    if (any == nullptr) {
      always_[i / 64] |= 1ULL << (i % 64);
      continue;
    }
    for (const std::string& atom : *any) finder_.add(atom, i);
  }
  finder_.freeze();
  required_.clear();
}

std::span<const std::uint32_t> FreePatterns::candidates(std::string_view path, Scratch& scratch) const {
  scratch.bits.assign(always_.begin(), always_.end());
  if (!finder_.empty()) finder_.find(AtomFinder::fold(path, scratch.folded), scratch.bits);
  scratch.candidates.clear();
  for (std::size_t word = 0; word < scratch.bits.size(); ++word) {
    for (std::uint64_t bits = scratch.bits[word]; bits != 0; bits &= bits - 1) {
      scratch.candidates.push_back(static_cast<std::uint32_t>(word * 64) +
                                   static_cast<std::uint32_t>(__builtin_ctzll(bits)));
    }
  }
  return scratch.candidates;
}

bool FreePatterns::matches(std::uint32_t pattern, std::string_view path) const noexcept {
  const re2::StringPiece text(path.data(), path.size());
  return patterns_[pattern]->GetRE2(0).Match(text, 0, text.size(), RE2::UNANCHORED, nullptr, 0);
}

bool FreePatterns::any_matches(std::string_view path, Scratch& scratch) const {
  for (const std::uint32_t pattern : candidates(path, scratch)) {
    if (matches(pattern, path)) return true;
  }
  return false;
}

static_assert(kSelectiveText == AtomFinder::kMinAtom);

bool tried_on_every_path(std::string_view pattern) {
  if (const auto parts = simple_pattern(pattern); parts && Trie().add(*parts, {})) return false;
  re2::FilteredRE2 filtered(static_cast<int>(kSelectiveText));
  int id = 0;
  const RE2::Options options = path_options();
  if (filtered.Add(whole(pattern, options), options, &id) != RE2::NoError) return false;
  return required_atoms(filtered, kSelectiveText).empty();
}

}  // namespace routemeter::route
