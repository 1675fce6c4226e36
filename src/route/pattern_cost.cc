// SPDX-License-Identifier: Apache-2.0
#include "route/pattern_cost.h"

#include "route/pattern/atom_finder.h"
#include "route/pattern/regex.h"
#include "route/pattern/required_atoms.h"
#include "route/template/template.h"
#include "route/tree/trie.h"

namespace routemeter::route {

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
