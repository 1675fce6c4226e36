// SPDX-License-Identifier: Apache-2.0
#include "metric/kinds/factories.h"
#include "metric/kinds/options.h"
#include "metric/store/family.h"

namespace routemeter::metric {
namespace {

constexpr FamilyDefaults kInprogress = {"http_requests_inprogress", "Number of HTTP requests in progress.",
                                        model::MetricType::kGauge, kNoLabels};

class Inprogress final : public Plugin {
 public:
  explicit Inprogress(FamilyDef def) : family_(std::move(def)) {}

  LabelSubset used_labels() const override { return family_.labels(); }
  void add_series(SeriesId id, const NewSeries& series) override { family_.add_series(id, series); }
  // A line is there when its request has ended: the labels are what is to be seen, the value stays 0.
  void observe(const Info& /*info*/) noexcept override {}
  void merge(const Plugin& /*other*/, std::span<const SeriesId> /*to*/) override {}
  void collect(model::Snapshot& out) const override { family_.collect(out); }
  void list_families(std::vector<Family*>& out) override { out.push_back(&family_); }

 private:
  ZeroFamily family_;
};

}  // namespace

util::Result<std::unique_ptr<Plugin>> make_inprogress(const model::MetricSpec& spec, PluginContext& context) {
  util::Diagnostics errors;
  check_options(spec, {.name_help_labels = true}, context, errors);
  FamilyDef def = make_def(kInprogress, spec, context, errors);
  if (!errors.empty()) return errors;
  return std::unique_ptr<Plugin>(std::make_unique<Inprogress>(std::move(def)));
}

}  // namespace routemeter::metric
