// SPDX-License-Identifier: Apache-2.0
#include "app/serve/created.h"

#include "util/codec.h"

namespace routemeter::app {
namespace {

constexpr std::string_view kSection = "serve/since";

}  // namespace

double counting_since(const state::Sections& saved, double now) {
  for (const state::Section& section : saved) {
    if (section.name != kSection) continue;
    util::Decoder in(section.bytes);
    const double since = in.f64();
    // Never later than now, whatever a clock once said.
    if (in.ok() && since > 0 && since < now) return since;
  }
  return now;
}

void save_counting_since(double since, state::Sections& out) {
  util::Encoder bytes;
  bytes.f64(since);
  out.push_back({std::string(kSection), std::string(bytes.bytes())});
}

void set_created(double since, model::Snapshot& families) {
  for (model::Family& family : families) {
    if (family.type != model::MetricType::kGauge) family.created = since;
  }
}

}  // namespace routemeter::app
