// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "model/rule_file.h"
#include "util/result.h"

namespace routemeter::rules {

/// Reads and checks a rule file (man/routemeter-rules.5). All errors at once, with file:line:column.
/// Patterns are not compiled here: compile() does that.
util::Result<model::RuleFile> load_rule_file(const std::string& path);

/// The same from memory; `path` is only for messages.
util::Result<model::RuleFile> parse_rule_file(std::string_view text, const std::string& path);

/// The same, with what could be read in spite of errors: whoever looks for all of them compiles that too.
struct ReadRuleFile {
  model::RuleFile file;
  util::Diagnostics errors;
};
ReadRuleFile read_rule_text(std::string_view text, const std::string& path);

/// The rules of a run without --rules: no routes, format auto, the default metrics.
model::RuleFile builtin_rules();

}  // namespace routemeter::rules
