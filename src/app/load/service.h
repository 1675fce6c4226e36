// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/rule_file.h"
#include "pipeline/worker.h"
#include "route/router.h"
#include "util/result.h"

namespace routemeter::app {

/// The flags that `serve` and `replay` share, and what a service of the configuration file has instead.
struct CommonOptions {
  std::optional<std::string> rules;        ///< rule file; absent = built-in rules
  std::optional<std::string> format;       ///< overrides the rule file's `format`
  std::string format_origin = "--format";  ///< where `format` stands, for messages
  util::Position format_at;
  std::vector<std::string> logs;                            ///< paths, globs, "-"
  std::vector<std::pair<std::string, std::string>> labels;  ///< static labels beside the rule file's
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

/// A worker on the service's rules, with a store for logs that have the `available` fields. `absent`, if not
/// null: gets the families that they cannot give.
util::Result<std::unique_ptr<pipeline::Worker>> make_worker(const Service& service, model::FieldSet available,
                                                            model::AbsentFamilies* absent = nullptr);

/// Diagnostics of later stages get the line of the rule file that they point into.
util::Diagnostics with_source(const model::RuleFile& file, util::Diagnostics errors);

/// One line for each rule that can never match because the format does not tell the host.
std::vector<std::string> host_notes(const model::RuleFile& file, model::FieldSet available);

/// Paths with globs expanded, in order, each once. A glob that matches nothing and a plain name stay as they
/// are.
std::vector<std::string> expand_logs(const std::vector<std::string>& logs);

}  // namespace routemeter::app
