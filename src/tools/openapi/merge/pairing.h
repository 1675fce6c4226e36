// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/rule_file.h"
#include "tools/openapi/import.h"
#include "tools/openapi/merge/marks.h"

namespace routemeter::openapi {

/// A rule of the rule file in the eyes of an import.
struct FileRule {
  bool own = false;                  ///< as the last import wrote it
  bool changed_by_hand = false;      ///< written by the last import, then changed in its converters only
  std::optional<std::size_t> route;  ///< the route of the document that it is about
};

/// The rules of the file and the routes of the document, paired by the path without converters: that of the
/// template or that in the label. So they stay together when one of the two is changed by hand.
struct Pairing {
  std::vector<FileRule> rules;                      ///< those of the file, in its order
  std::vector<std::optional<std::size_t>> rule_of;  ///< for each route of the document its rule
  std::vector<bool> moved;     ///< routes that the document has in another order than last time
  std::vector<bool> left_out;  ///< routes that were imported before and taken out by hand
};

Pairing pair_up(const std::vector<model::Rule>& rules, const Marks& marks, const Imported& imported);

}  // namespace routemeter::openapi
