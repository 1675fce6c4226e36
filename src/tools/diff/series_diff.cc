// SPDX-License-Identifier: Apache-2.0
#include "tools/diff/series_diff.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "util/real_text.h"

namespace routemeter::explain {
namespace {

struct Series {
  const model::Family* family = nullptr;
  const model::Sample* sample = nullptr;
};
using ByLabels = std::map<Labels, Series>;

Labels labels_of(const model::Family& family, const model::Sample& sample) {
  Labels out;
  for (std::size_t i = 0; i < family.label_names.size(); ++i) {
    out.emplace_back(family.label_names[i], sample.label_values[i]);
  }
  return out;
}

ByLabels series_of(const model::Snapshot& snapshot, const std::string& name) {
  ByLabels out;
  for (const model::Family& family : snapshot) {
    if (family.name != name) continue;
    for (const model::Sample& sample : family.samples)
      out.emplace(labels_of(family, sample), Series{&family, &sample});
  }
  return out;
}

std::string value_text(const Series& series) {
  std::string out = std::to_string(series.sample->count);
  if (series.family->type == model::MetricType::kCounter ||
      series.family->type == model::MetricType::kGauge) {
    return out;
  }
  out += " (sum ";
  util::append_real(out, static_cast<double>(series.sample->sum) / std::pow(10.0, series.family->decimals));
  return out + ")";
}

bool is_same_kind(const Series& a, const Series& b) {
  return a.family->type == b.family->type && a.family->bounds == b.family->bounds;
}

bool is_equal(const model::Sample& a, const model::Sample& b) {
  return a.count == b.count && a.sum == b.sum && a.buckets == b.buckets;
}

}  // namespace

std::vector<SeriesChange> series_changes(const model::Snapshot& before, const model::Snapshot& after) {
  std::vector<std::string> names;
  for (const model::Snapshot* snapshot : {&after, &before}) {
    for (const model::Family& family : *snapshot) {
      if (std::find(names.begin(), names.end(), family.name) == names.end()) names.push_back(family.name);
    }
  }
  std::vector<SeriesChange> out;
  for (const std::string& name : names) {
    const ByLabels was = series_of(before, name);
    const ByLabels is = series_of(after, name);
    for (const auto& [labels, now] : is) {
      const auto then = was.find(labels);
      if (then == was.end() || !is_same_kind(then->second, now)) {
        out.push_back({Change::kAdded, name, labels, "", value_text(now)});
      } else if (!is_equal(*then->second.sample, *now.sample)) {
        out.push_back({Change::kChanged, name, labels, value_text(then->second), value_text(now)});
      }
    }
    for (const auto& [labels, then] : was) {
      const auto now = is.find(labels);
      if (now == is.end() || !is_same_kind(then, now->second)) {
        out.push_back({Change::kRemoved, name, labels, value_text(then), ""});
      }
    }
  }
  return out;
}

}  // namespace routemeter::explain
