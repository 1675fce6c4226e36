// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/load/service.h"

namespace CLI {
class App;
}

namespace routemeter::cli {

/// Adds --rules and --format.
void add_rules_and_format(CLI::App& app, app::CommonOptions& options);

/// Adds --rules, --format and LOG...
void add_common_flags(CLI::App& app, app::CommonOptions& options, bool logs_required);

}  // namespace routemeter::cli
