// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/rule_file.h"
#include "route/router.h"
#include "util/result.h"

namespace routemeter::app {

/// What both `serve` and `replay` are told on the command line.
struct CommonOptions {
  std::optional<std::string> rules;   ///< rule file; absent = built-in rules
  std::optional<std::string> format;  ///< overrides the rule file's `format`
  std::vector<std::string> logs;      ///< paths, globs, "-"
};

/// A loaded and compiled rule file.
struct Service {
  model::RuleFile rules;
  std::shared_ptr<const route::Router> router;
  /// False when respect_env_var is set and the variable is neither "true" nor "1": nothing is measured.
  bool enabled = true;
};

/// Loads and compiles; all errors of the file at once.
util::Result<Service> load_service(const CommonOptions& options);

/// Paths with globs expanded, in order, each once. A glob that matches nothing and a plain name stay as they
/// are.
std::vector<std::string> expand_logs(const std::vector<std::string>& logs);

}  // namespace routemeter::app
