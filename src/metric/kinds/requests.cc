// SPDX-License-Identifier: Apache-2.0
#include "metric/kinds/factories.h"
#include "metric/kinds/options.h"
#include "metric/store/family.h"

namespace routemeter::metric {
namespace {

constexpr FamilyDefaults kRequestsFamily = {"http_requests_total",
                                            "Total number of requests by method, status and handler.",
                                            model::MetricType::kCounter, kLibraryLabels};

class Requests final : public OneFamily<CounterFamily> {
 public:
  using OneFamily::OneFamily;
  void precreate(const SeriesLabels& labels) override { family_.precreate(labels); }
  void observe(const Info& info) noexcept override { family_.observe(info.series); }
};

}  // namespace

util::Result<std::unique_ptr<Plugin>> make_requests(const model::MetricSpec& spec, PluginContext& context) {
  util::Diagnostics errors;
  FamilyDef def = make_def(kRequestsFamily, spec, context, errors);
  if (!errors.empty()) return errors;
  return std::unique_ptr<Plugin>(std::make_unique<Requests>(CounterFamily(std::move(def))));
}

}  // namespace routemeter::metric
