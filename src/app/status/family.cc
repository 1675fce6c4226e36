// SPDX-License-Identifier: Apache-2.0
#include "app/status/family.h"

#include <algorithm>

namespace routemeter::app {

FamilyBuilder::FamilyBuilder(model::MetricType type, std::string name, std::string help,
                             std::vector<std::string> label_names) {
  family_.type = type;
  family_.name = std::move(name);
  family_.help = std::move(help);
  family_.label_names = std::move(label_names);
}

FamilyBuilder& FamilyBuilder::add(std::vector<std::string> labels, std::uint64_t value) {
  model::Sample sample;
  sample.label_values = std::move(labels);
  sample.count = value;
  family_.samples.push_back(std::move(sample));
  return *this;
}

FamilyBuilder& FamilyBuilder::add_real(std::vector<std::string> labels, double value) {
  add(std::move(labels), 0);
  family_.samples.back().real = value;
  family_.samples.back().has_real = true;
  return *this;
}

void FamilyBuilder::append_to(model::Snapshot& out) {
  std::sort(family_.samples.begin(), family_.samples.end(),
            [](const model::Sample& a, const model::Sample& b) { return a.label_values < b.label_values; });
  out.push_back(std::move(family_));
}

}  // namespace routemeter::app
