// SPDX-License-Identifier: Apache-2.0
#include "app/load/shown.h"

#include <algorithm>

namespace routemeter::app {

std::vector<std::string> drop_unseen(model::Snapshot& snapshot, model::FieldSet seen) {
  std::vector<std::string> notes;
  for (const model::Family& family : snapshot) {
    if (!seen.has_all(family.needs)) notes.push_back(family.name + ": no line has a field for it");
  }
  std::erase_if(snapshot, [seen](const model::Family& family) { return !seen.has_all(family.needs); });
  return notes;
}

}  // namespace routemeter::app
