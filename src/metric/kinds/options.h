// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "metric/contract/plugin.h"
#include "metric/store/durations.h"
#include "metric/store/family.h"

// Shared by the factories: the way from an entry of `metrics` to a family. Errors are appended, so that all
// are reported at once.

namespace routemeter::metric {

/// The options that an entry of a kind may carry (besides namespace and subsystem).
struct AllowedOptions {
  bool name_help_labels = false;
  bool buckets = false;
  bool default_buckets = false;  ///< highr_buckets, lowr_buckets, only_2xx_for_highr
  bool streaming = false;
};
void check_options(const model::MetricSpec& spec, AllowedOptions allowed, const PluginContext& context,
                   util::Diagnostics& errors);

/// A family as the library defines it, before the entry's options.
struct FamilyDefaults {
  std::string_view name;
  std::string_view help;
  model::MetricType type;
  LabelSubset labels;
};
/// Name with prefix, help, labels, static labels; claims the name. Counters end in _total.
FamilyDef make_def(const FamilyDefaults& defaults, const model::MetricSpec& spec, PluginContext& context,
                   util::Diagnostics& errors);

/// The borders written, or the defaults; increasing, not negative, +Inf only at the end (and dropped).
Buckets make_buckets(const std::optional<std::vector<model::Bucket>>& written,
                     std::span<const double> defaults, const model::MetricSpec& spec,
                     const PluginContext& context, util::Diagnostics& errors);

/// The field that an entry's durations come from; an error when exclude_streaming_duration asks for a field
/// that the format does not have.
model::Field duration_field(const model::MetricSpec& spec, const PluginContext& context,
                            util::Diagnostics& errors);

/// Whether the format has a number that the family needs; adds the note that it stays absent when not.
bool has_field(model::Field field, FamilyDef& family, PluginContext& context);

/// Names and values of the file's static labels.
void check_static_labels(const model::RuleFile& file, util::Diagnostics& errors);
/// The file's namespace and subsystem.
void check_prefix(const model::RuleFile& file, util::Diagnostics& errors);

}  // namespace routemeter::metric
