// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/rule_file.h"
#include "route/router.h"
#include "tools/check/language/path_language.h"
#include "tools/check/language/path_regex.h"

namespace routemeter::check {

/// The path of one rule, in the forms that the reviews need.
struct RuleShape {
  std::string regex;                     ///< over the whole path, of templates too
  std::optional<RegexNode> tree;         ///< nothing: only RE2 understands it
  std::optional<PathLanguage> language;  ///< nothing: that, or it is too large to follow
};

/// One for each of the file's routes.
std::vector<RuleShape> shapes_of(const model::RuleFile& file);

/// The requests that a rule gets behind the rules before it.
struct Reach {
  enum class Kind : std::uint8_t {
    kWins,            ///< or nothing is known
    kLosesMethods,    ///< some of the methods it lists never get to it
    kOnlyMismatches,  ///< none does, but other methods do, as 405
    kNever,           ///< proved: no request at all
    kNeverSeen        ///< no proof, but every path that was tried is taken
  };
  Kind kind = Kind::kWins;
  std::vector<std::size_t> takers;  ///< the rules that take what it loses, ascending
  std::vector<std::string> lost;    ///< its methods that never get to it; empty where that is any
  std::string witness;              ///< a path that it would match
};

/// Finds out what each rule can win. The judge is the very Resolver that `serve` asks: a path that some rule
/// should get is shown to it, the rule that takes it is subtracted, and a path is looked for that is left;
/// until the rule wins one, or nothing is left, which proves that it never can.
class ReachSearch {
 public:
  ReachSearch(const model::RuleFile& file, const std::vector<RuleShape>& shapes,
              std::shared_ptr<const route::Router> router);

  Reach of(std::size_t rule);

 private:
  enum class Answer : std::uint8_t { kWins, kTaken, kTakenAsTried, kUnknown };
  struct Loss;

  Answer ask(std::size_t rule, const std::string& method, Loss& loss);
  Answer ask_samples(std::size_t rule, const std::string& method, Loss& loss);
  Answer ask_mismatches(std::size_t rule);
  int taker(std::size_t rule, const std::string& path, const std::string& method);
  int stop_before(std::size_t rule, const std::string& path, const std::string& method) const;

  const model::RuleFile& file_;
  const std::vector<RuleShape>& shapes_;
  std::unique_ptr<route::Resolver> resolver_;
  std::string other_method_;  ///< one that no rule names
  std::string other_host_;
  std::vector<std::string> named_methods_;
};

/// A request target that is percent-decoded to this path.
std::string target_of(const std::string& path);

}  // namespace routemeter::check
