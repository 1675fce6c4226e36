// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "metric/kinds/factories.h"
#include "metric/kinds/options.h"
#include "metric/store/family.h"

namespace routemeter::metric {
namespace {

constexpr FamilyDefaults kLatency = {"http_request_duration_seconds", "Duration of HTTP requests in seconds",
                                     model::MetricType::kHistogram, kLibraryLabels};
constexpr std::array kBuckets = {0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25,
                                 0.5,   0.75, 1.0,   2.5,  5.0,   7.5, 10.0};

class Latency final : public OneFamily<HistogramFamily> {
 public:
  Latency(HistogramFamily family, model::Field field) : OneFamily(std::move(family)), field_(field) {}

  void observe(const Info& info) noexcept override {
    if (info.known.has(field_)) family_.observe(info.series, info.duration(field_));
  }

 private:
  model::Field field_;
};

}  // namespace

util::Result<std::unique_ptr<Plugin>> make_latency(const model::MetricSpec& spec, PluginContext& context) {
  util::Diagnostics errors;
  FamilyDef def = make_def(kLatency, spec, context, errors);
  Buckets buckets = make_buckets(spec.buckets, "buckets", kBuckets, spec, context, errors);
  const model::Field field = duration_field(spec, context, errors);
  if (!errors.empty()) return errors;
  if (!has_field(field, def, context)) return std::unique_ptr<Plugin>();
  return std::unique_ptr<Plugin>(
      std::make_unique<Latency>(HistogramFamily(std::move(def), std::move(buckets)), field));
}

}  // namespace routemeter::metric
