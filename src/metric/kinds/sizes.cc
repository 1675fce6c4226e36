// SPDX-License-Identifier: Apache-2.0
#include "metric/contract/plugin.h"
#include "metric/kinds/factories.h"
#include "metric/kinds/options.h"
#include "metric/store/family.h"

namespace routemeter::metric {
namespace {

/// The bytes that a metric's one summary adds up. The metric is absent when the format lacks one of them; a
/// line without a size counts as 0, as in the library.
struct SizeSummary {
  FamilyDefaults defaults;
  bool request = false;
  bool response = false;
};
constexpr SizeSummary kRequestSummary = {.defaults = {"http_request_size_bytes", "Content bytes of requests.",
                                                      model::MetricType::kSummary, kLibraryLabels},
                                         .request = true,
                                         .response = false};
constexpr SizeSummary kResponseSummary = {
    .defaults = {"http_response_size_bytes", "Content bytes of responses.", model::MetricType::kSummary,
                 kLibraryLabels},
    .request = false,
    .response = true};
constexpr SizeSummary kCombinedSummary = {
    .defaults = {"http_combined_size_bytes", "Content bytes of requests and responses.",
                 model::MetricType::kSummary, kLibraryLabels},
    .request = true,
    .response = true};

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

util::Result<std::unique_ptr<Plugin>> make_size_summary(const SizeSummary& what,
                                                        const model::MetricSpec& spec,
                                                        PluginContext& context) {
  util::Diagnostics errors;
  check_options(spec, {.name_help_labels = true}, context, errors);
  FamilyDef def = make_def(what.defaults, spec, context, errors);
  if (!errors.empty()) return errors;
  if (what.request && !has_field(model::Field::kRequestSize, def, context)) return std::unique_ptr<Plugin>();
  if (what.response && !has_field(model::Field::kResponseSize, def, context)) {
    return std::unique_ptr<Plugin>();
  }
  return std::unique_ptr<Plugin>(
      std::make_unique<SizePlugin>(SummaryFamily(std::move(def)), what.request, what.response));
}

}  // namespace

util::Result<std::unique_ptr<Plugin>> make_request_size(const model::MetricSpec& spec,
                                                        PluginContext& context) {
  return make_size_summary(kRequestSummary, spec, context);
}

util::Result<std::unique_ptr<Plugin>> make_response_size(const model::MetricSpec& spec,
                                                         PluginContext& context) {
  return make_size_summary(kResponseSummary, spec, context);
}

util::Result<std::unique_ptr<Plugin>> make_combined_size(const model::MetricSpec& spec,
                                                         PluginContext& context) {
  return make_size_summary(kCombinedSummary, spec, context);
}

}  // namespace routemeter::metric
