// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/load/log_scan.h"
#include "app/load/service.h"
#include "tools/learn/path_trie.h"
#include "tools/learn/routes.h"
#include "util/result.h"

namespace routemeter::learn {

struct Options {
  app::CommonOptions common;   ///< with rules: only what they leave unmatched is learned
  std::uint64_t min_hits = 0;  ///< a route needs so many answered requests; 0 = by the size of the log
  bool converters = false;     ///< write {id:int} and {id:uuid} where all values are such
};

/// The learned routes and the figures of the logs they were learned from.
struct Learned {
  std::string format;          ///< for the rule file: a preset, the user's own text, or "auto"
  std::uint64_t lines = 0;     ///< read
  std::uint64_t requests = 0;  ///< of them
  std::uint64_t by_rules = 0;  ///< of these: the given rules have them, nothing was learned from them
  std::uint64_t no_path = 0;   ///< of these: asterisk and authority forms
  std::uint64_t learned = 0;   ///< of these: at routes found
  std::uint64_t min_hits = 1;
  Trie routes{TrieLimits{}};  ///< generalized; what `found` points into
  RoutesFound found;
  std::vector<Noise> noise;
  std::uint64_t dropped = 0;   ///< requests there was no room for
  util::Diagnostics failures;  ///< a log that could not be read to its end
};

/// Reads the logs once and finds the routes that they prove. Errors: the rule file, a log that cannot be
/// opened, a format that does not fit.
util::Result<std::unique_ptr<Learned>> learn(const Options& options);

/// The learned routes as a rule file: it loads, its tests pass, and evidence stands beside each rule. ASCII
/// but for words of the routes. `logs` and `rules` (empty = none) as the user named them.
std::string rule_text(const Learned& learned, const std::vector<std::string>& logs, const std::string& rules);

}  // namespace routemeter::learn
