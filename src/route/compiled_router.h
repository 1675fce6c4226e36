// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/rule_file.h"
#include "route/pattern/free_patterns.h"
#include "route/request_ids.h"
#include "route/router.h"
#include "route/tree/guard.h"
#include "route/tree/trie.h"

namespace routemeter::route {

/// A label that a rule gives, and whether `exclude` finds something in it.
struct RuleLabel {
  LabelId id = kNoneLabel;
  bool excluded = false;
};

/// All that is left to say when a rule's path and method match.
struct DirectMatch {
  LabelId label = kNoneLabel;
  bool excluded = false;
  bool stop = false;
};

struct CompiledRule {
  Guard guard;
  /// Of requests that only match with their trailing slash toggled: without and with one of their own.
  RuleLabel redirected;
  RuleLabel redirected_slash;
  /// A stop's own regex: after a stop the slash retry has to stay inside it.
  std::unique_ptr<RE2> stop;
};

/// What compile() makes and resolvers read.
struct CompiledRouter final : Router {
  const std::vector<std::string>& labels() const override { return names; }
  const std::vector<std::string>& excluded_labels() const override { return excluded_names; }

  std::vector<std::string> names = {"none"};
  std::vector<std::string> excluded_names;
  std::vector<DirectMatch> direct;  ///< of each rule; small and dense, most requests need no more
  std::vector<CompiledRule> rules;  ///< the rest
  MethodTable methods;
  HostTable hosts;
  Trie trie;
  FreePatterns patterns;                 ///< what the trie cannot hold, in file order
  std::vector<RuleIndex> pattern_rules;  ///< their rules; the last is kNoRule
  FreePatterns exclude;
  bool redirect_slashes = true;
  bool mismatch_is_handler = true;
  bool ignore_untemplated = false;
  bool group_untemplated = true;
};

}  // namespace routemeter::route
