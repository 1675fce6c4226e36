// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "app/load/service.h"
#include "util/log.h"

// The flags of commands: how one is written, and those that several commands have.

namespace routemeter::cli {

/// An option, or for a name without dashes an argument, whose value --help and completion call `type`: R is a
/// rule file, F a format; FILE, LOG and DIR are paths.
template <typename Target>
CLI::Option* add_value(CLI::App& app, const std::string& name, Target& target, const std::string& type,
                       const std::string& help) {
  return app.add_option(name, target, help)->type_name(type);
}

/// -o and --output, for write_result(); `what` is "the report" or the like.
CLI::Option* add_output(CLI::App& app, std::string& path, const std::string& what);

/// --log.level.
void add_log_level(CLI::App& app, util::LogLevel& level, const std::string& help);

/// --rules and --format.
void add_rules_and_format(CLI::App& app, app::CommonOptions& options);

/// --rules, --format and LOG...
void add_common_flags(CLI::App& app, app::CommonOptions& options, bool logs_required);

}  // namespace routemeter::cli
