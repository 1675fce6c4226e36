// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metric/contract/plugin.h"
#include "metric/store/durations.h"
#include "metric/store/family.h"
#include "model/metric_keys.h"

// Shared by the factories: the way from an entry of `metrics` to a family. Errors are appended, so that all
// are reported at once.

namespace routemeter::metric {

/// Refuses the options that an entry's kind does not have.
void check_options(const model::MetricSpec& spec, const model::MetricKind& kind, const model::RuleFile& file,
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

/// The borders written under `key`, or the defaults; increasing, not negative, +Inf only at the end (and
/// dropped).
Buckets make_buckets(const std::optional<std::vector<model::Bucket>>& written, std::string_view key,
                     std::span<const double> defaults, const model::MetricSpec& spec,
                     const PluginContext& context, util::Diagnostics& errors);

/// The field that an entry's durations come from; an error when exclude_streaming_duration asks for a field
/// that the format does not have.
model::Field duration_field(const model::MetricSpec& spec, const PluginContext& context,
                            util::Diagnostics& errors);

/// Whether the format has a number that the family needs; adds it to the absent ones when not.
bool has_field(model::Field field, FamilyDef& family, PluginContext& context);

/// A metric that is one family.
template <typename F>
class OneFamily : public Plugin {
 public:
  explicit OneFamily(F family) : family_(std::move(family)) {}

  LabelSubset used_labels() const override { return family_.labels(); }
  void add_series(SeriesId id, const NewSeries& series) override { family_.add_series(id, series); }
  void merge(const Plugin& other, std::span<const SeriesId> to) override {
    family_.merge(static_cast<const OneFamily&>(other).family_, to);
  }
  void collect(model::Snapshot& out) const override { family_.collect(out); }
  void list_families(std::vector<Family*>& out) override { out.push_back(&family_); }

 protected:
  F family_;
};

/// The file's namespace, subsystem and static labels.
void check_names(const model::RuleFile& file, util::Diagnostics& errors);

}  // namespace routemeter::metric
