// SPDX-License-Identifier: Apache-2.0
#include "metric/kinds/factories.h"
#include "metric/kinds/options.h"
#include "metric/store/family.h"

namespace routemeter::metric {
namespace {

constexpr FamilyDefaults kInprogress = {"http_requests_inprogress", "Number of HTTP requests in progress.",
                                        model::MetricType::kGauge, LabelSubset()};

class Inprogress final : public OneFamily<ZeroFamily> {
 public:
  using OneFamily::OneFamily;
  // A line is there when its request has ended: the labels are what is to be seen, the value stays 0.
  void observe(const Info& /*info*/) noexcept override {}
};

}  // namespace

util::Result<std::unique_ptr<Plugin>> make_inprogress(const model::MetricSpec& spec, PluginContext& context) {
  util::Diagnostics errors;
  FamilyDef def = make_def(kInprogress, spec, context, errors);
  if (!errors.empty()) return errors;
  return std::unique_ptr<Plugin>(std::make_unique<Inprogress>(ZeroFamily(std::move(def))));
}

}  // namespace routemeter::metric
