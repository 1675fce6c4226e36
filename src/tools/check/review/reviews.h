// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "metric/store/store.h"
#include "model/rule_file.h"
#include "route/router.h"
#include "tools/check/language/reach.h"
#include "tools/check/review/finding.h"

namespace routemeter::check {

/// A rule file that loads and compiles, and what all reviews ask of it.
struct Subject {
  const model::RuleFile& file;
  const std::vector<RuleShape>& shapes;
  std::shared_ptr<const route::Router> router;
};

/// Rules that can never win, that lose methods, that are there twice.
void review_order(const Subject& subject, Findings& findings);
/// Paths with two labels, slashes that no client sends, unknown methods.
void review_routes(const Subject& subject, Findings& findings);
/// Patterns that do not say what their writer meant, and patterns that cost much.
void review_patterns(const Subject& subject, Findings& findings);
/// Dots that stand for any character where a dot was meant, in a pattern that begins at `at`.
void review_dots(std::string_view pattern, const RegexNode& tree, util::Position at, Findings& findings);
/// `exclude`: what it hits beside what was meant, or does not hit.
void review_exclude(const Subject& subject, Findings& findings);
/// Names, units and labels that promtool would refuse or Prometheus would rename.
void review_names(const Subject& subject, Findings& findings);
/// Labels that clients choose, and how many series there will be. `store` is the file's own, empty.
void review_series(const Subject& subject, metric::Store& store, Findings& findings);

}  // namespace routemeter::check
