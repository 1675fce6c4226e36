// SPDX-License-Identifier: Apache-2.0
#include "metric/kinds/factories.h"
#include "metric/kinds/size_summary.h"

namespace routemeter::metric {

util::Result<std::unique_ptr<Plugin>> make_response_size(const model::MetricSpec& spec,
                                                         PluginContext& context) {
  constexpr SizeSummary kWhat = {.defaults = {"http_response_size_bytes", "Content bytes of responses.",
                                              model::MetricType::kSummary, kAllLabels},
                                 .request = false,
                                 .response = true};
  return make_size_summary(kWhat, spec, context);
}

}  // namespace routemeter::metric
