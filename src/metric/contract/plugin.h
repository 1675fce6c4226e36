// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "metric/contract/info.h"
#include "metric/contract/label_subset.h"
#include "metric/contract/names.h"
#include "model/rule_file.h"
#include "model/snapshot.h"
#include "util/result.h"

namespace routemeter::metric {

class Family;

/// The label values of a series, as they will be exposed. The views live as long as the store.
struct SeriesLabels {
  std::string_view handler;
  std::string_view method;
  std::string_view status;

  // clang-tidy 14 takes the defaulted <=> for a comparison with 0.
  auto operator<=>(const SeriesLabels&) const = default;  // NOLINT(modernize-use-nullptr)
};

/// A new series as the families see it.
struct NewSeries {
  SeriesLabels labels;
  SeriesLabels other;  ///< with "other" for what a client wrote: for families that have no room for more
};

/// One metric: made once from its options, then given every request (the library's closure).
/// Used by one thread. A plugin may expose several families (the default set has five).
class Plugin {
 public:
  virtual ~Plugin() = default;
  /// The labels that any of its families has: the store tells no more series apart than it must.
  virtual LabelSubset used_labels() const = 0;
  /// A new SeriesId, always the next number: make (or find) this plugin's cells for it.
  virtual void add_series(SeriesId id, const NewSeries& series) = 0;
  /// Lets a series of http_requests_total exist at 0. It has no SeriesId until its first request.
  virtual void precreate(const SeriesLabels& /*labels*/) {}
  /// Counts one request. No allocation, no lock, no string.
  virtual void observe(const Info& info) noexcept = 0;
  /// Several requests in their order, for plugins that gain by seeing them together.
  virtual void observe_all(std::span<const Info> infos) noexcept {
    for (const Info& info : infos) observe(info);
  }
  /// Brings the families up to date, where requests are counted elsewhere first: before their cells are read.
  virtual void settle() {}
  /// Adds the counts of a settled plugin made from the same options. `to[id]` is this plugin's series for
  /// other's id.
  virtual void merge(const Plugin& other, std::span<const SeriesId> to) = 0;
  /// Appends this plugin's families as they are, frozen.
  virtual void collect(model::Snapshot& out) const = 0;
  /// Appends this plugin's families, in the order of collect(). They stay where they are.
  virtual void list_families(std::vector<Family*>& out) = 0;
};

/// Everything a factory may need of the rule file beyond its own entry.
struct PluginContext {
  const model::RuleFile& file;
  model::FieldSet available;        ///< what the format can deliver
  std::vector<std::string>& notes;  ///< one line per family that stays absent, for the start-up message
  NameRegistry& names;              ///< every family is claimed here, absent ones too
};

/// Null when the format lacks the plugin's field (after adding a note).
using PluginFactory = util::Result<std::unique_ptr<Plugin>> (*)(const model::MetricSpec&, PluginContext&);

/// The table of built-in metrics: a new metric is one file and one row (metric/kinds/builtin.cc).
struct Builtin {
  std::string_view kind;
  PluginFactory make;
};
const std::vector<Builtin>& builtins();

}  // namespace routemeter::metric
