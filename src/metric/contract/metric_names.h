// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/rule_file.h"
#include "model/snapshot.h"
#include "util/diagnostic.h"

namespace routemeter::metric {

/// The prefix of the exporter's own metrics: no family of a rule file may begin with it.
inline constexpr std::string_view kOwnPrefix = "routemeter_";

/// namespace_subsystem_name, empty parts skipped (tests/conformance/README.md).
std::string full_name(std::string_view name_space, std::string_view subsystem, std::string_view name);

/// The sample names of every metric. Two metrics of one name are an error; in the library the later one
/// silently counts nothing.
class NameRegistry {
 public:
  /// Notes that `spec` exposes a family. `spec` must outlive the registry.
  void claim(const model::MetricSpec& spec, const std::string& family, model::MetricType type);
  /// Every family claimed so far, in that order.
  std::vector<std::string_view> families() const;
  /// One error per pair of metrics that clash, at the later one, and one per name with our own prefix.
  util::Diagnostics errors(const model::RuleFile& file) const;

 private:
  struct Claim {
    const model::MetricSpec* spec;
    std::string family;
    std::vector<std::string> samples;  ///< every name that this family puts on the page
  };
  std::vector<Claim> claims_;
};

}  // namespace routemeter::metric
