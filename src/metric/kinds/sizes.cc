// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "metric/contract/plugin.h"
#include "metric/kinds/factories.h"
#include "metric/kinds/options.h"
#include "metric/store/family.h"

namespace routemeter::metric {
namespace {

/// The bytes that the one summary of a kind adds up. The metric is absent when the format lacks one of them;
/// a line without a size counts as 0, as in the library.
struct SizeSummary {
  std::string_view kind;
  std::string_view name;
  std::string_view help;
  bool request;
  bool response;
};
constexpr SizeSummary kSummaries[] = {
    {"request_size", "http_request_size_bytes", "Content bytes of requests.", true, false},
    {"response_size", "http_response_size_bytes", "Content bytes of responses.", false, true},
    {"combined_size", "http_combined_size_bytes", "Content bytes of requests and responses.", true, true},
};

class SizePlugin final : public OneFamily<SummaryFamily> {
 public:
  SizePlugin(SummaryFamily family, bool request, bool response)
      : OneFamily(std::move(family)), request_(request), response_(response) {}

  void observe(const Info& info) noexcept override {
    model::Sum bytes = 0;
    if (request_) bytes += info.request_size;
    if (response_) bytes += info.response_size;
    family_.observe(info.series, bytes);
  }

 private:
  bool request_;
  bool response_;
};

}  // namespace

util::Result<std::unique_ptr<Plugin>> make_sizes(const model::MetricSpec& spec, PluginContext& context) {
  util::Diagnostics errors;
  const auto* const what = std::ranges::find(kSummaries, spec.kind, &SizeSummary::kind);
  FamilyDef def =
      make_def({what->name, what->help, model::MetricType::kSummary, kLibraryLabels}, spec, context, errors);
  if (!errors.empty()) return errors;
  const bool known = (!what->request || has_field(model::Field::kRequestSize, def, context)) &&
                     (!what->response || has_field(model::Field::kResponseSize, def, context));
  if (!known) return std::unique_ptr<Plugin>();
  return std::unique_ptr<Plugin>(
      std::make_unique<SizePlugin>(SummaryFamily(std::move(def)), what->request, what->response));
}

}  // namespace routemeter::metric
