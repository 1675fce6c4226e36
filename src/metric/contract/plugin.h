// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "metric/contract/metric_names.h"
#include "metric/contract/request_labels.h"
#include "model/request.h"
#include "model/rule_file.h"
#include "model/snapshot.h"
#include "util/result.h"

namespace routemeter::metric {

class Family;

/// One request as a plugin sees it: the library's Info, as numbers.
struct Info {
  SeriesId series = 0;
  std::uint16_t status = 0;                 ///< 100..599
  model::FieldSet known;                    ///< which of the numbers below the line had
  std::uint64_t duration_ns = 0;            ///< after rounding
  std::uint64_t time_to_first_byte_ns = 0;  ///< after rounding
  std::uint64_t request_size = 0;
  std::uint64_t response_size = 0;

  /// The duration that a histogram was told to use: the whole one, or that to the first byte.
  std::uint64_t duration(model::Field field) const noexcept {
    return field == model::Field::kTimeToFirstByte ? time_to_first_byte_ns : duration_ns;
  }
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
  virtual void flush() {}
  /// Adds the counts of a flushed plugin made from the same options. `to[id]` is this plugin's series for
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
  model::FieldSet available;      ///< what the format can deliver
  model::AbsentFamilies& absent;  ///< what it cannot is added here
  NameRegistry& names;            ///< every family is claimed here, absent ones too
};

/// Null when the format lacks the plugin's field (after adding to `absent`).
using PluginFactory = util::Result<std::unique_ptr<Plugin>> (*)(const model::MetricSpec&, PluginContext&);

}  // namespace routemeter::metric
