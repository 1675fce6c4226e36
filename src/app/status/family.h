// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "model/snapshot.h"

namespace routemeter::app {

/// Builds one family of our own metrics, sample by sample.
class FamilyBuilder {
 public:
  FamilyBuilder(model::MetricType type, std::string name, std::string help,
                std::vector<std::string> label_names = {});
  FamilyBuilder& add(std::vector<std::string> labels, std::uint64_t value);
  FamilyBuilder& add_real(std::vector<std::string> labels, double value);
  /// Sorts the samples and appends the family.
  void append_to(model::Snapshot& out);

 private:
  model::Family family_;
};

}  // namespace routemeter::app
