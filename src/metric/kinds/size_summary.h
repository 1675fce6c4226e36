// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metric/contract/plugin.h"
#include "metric/kinds/options.h"

namespace routemeter::metric {

/// A metric with one summary of bytes: what request_size, response_size and combined_size share. Absent when
/// the format lacks one of the sizes it counts; a line without a size counts as 0, as in the library.
struct SizeSummary {
  FamilyDefaults defaults;
  bool request = false;
  bool response = false;
};
util::Result<std::unique_ptr<Plugin>> make_size_summary(const SizeSummary& what,
                                                        const model::MetricSpec& spec,
                                                        PluginContext& context);

}  // namespace routemeter::metric
