// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "model/rule_file.h"
#include "util/diagnostic.h"

namespace routemeter::check {

/// One kind of finding. Names are stable: people and pipelines filter by them.
struct Code {
  std::string_view name;
  util::Severity severity;
  std::string_view what;    ///< one line: the thing that is found
  std::string_view repair;  ///< one line: how to repair it
};

/// All of them, by severity, then name.
std::span<const Code> codes();
/// The row of a name that is in codes().
const Code& code_of(std::string_view name);

/// Collects the findings about one rule file.
class Findings {
 public:
  explicit Findings(const model::RuleFile& file) : file_(file) {}

  /// `code` is one of codes().
  void add(std::string_view code, util::Position at, std::string message, std::string hint);
  /// About the file as a whole: at its first line, which is not shown.
  void add_whole(std::string_view code, std::string message, std::string hint);
  /// The same at byte `offset` of a text that begins at `at`, such as a pattern.
  void add_inside(std::string_view code, std::string_view text, util::Position at, std::size_t offset,
                  std::string message, std::string hint);

  /// In the order of the file.
  util::Diagnostics take();

 private:
  const model::RuleFile& file_;
  util::Diagnostics all_;
};

/// Characters that need a backslash before them in RE2 to stand for themselves.
inline constexpr std::string_view kRegexSpecial = ".+*?()[]{}|^$\\";

/// "line 3, 'GET /x'", for messages.
std::string line_of(const model::Rule& rule);
/// "3, 5 and 7", at most four and then how many more.
std::string listed(const std::vector<std::string>& items);

/// Where a key of the file stands, or line 0 when it is not there. For keys whose values carry no place.
util::Position place_of_key(const model::RuleFile& file, std::string_view key);

}  // namespace routemeter::check
