// SPDX-License-Identifier: Apache-2.0
#include "route/pattern/required_atoms.h"

#include <numeric>
#include <string_view>

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

}  // namespace routemeter::route
