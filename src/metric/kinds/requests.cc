// SPDX-License-Identifier: Apache-2.0
#include "metric/kinds/factories.h"
#include "metric/kinds/options.h"
#include "metric/store/family.h"

namespace routemeter::metric {
namespace {

constexpr FamilyDefaults kRequestsFamily = {"http_requests_total",
                                            "Total number of requests by method, status and handler.",
                                            model::MetricType::kCounter, kAllLabels};

class Requests final : public Plugin {
 public:
  explicit Requests(FamilyDef def) : family_(std::move(def)) {}

  LabelSubset used_labels() const override { return family_.labels(); }
  void add_series(SeriesId id, const NewSeries& series) override { family_.add_series(id, series); }
  void precreate(const SeriesLabels& labels) override { family_.precreate(labels); }
  void observe(const Info& info) noexcept override { family_.observe(info.series); }
  void merge(const Plugin& other, std::span<const SeriesId> to) override {
    family_.merge(static_cast<const Requests&>(other).family_, to);
  }
  void collect(model::Snapshot& out) const override { family_.collect(out); }
  void list_families(std::vector<Family*>& out) override { out.push_back(&family_); }

 private:
  CounterFamily family_;
};

}  // namespace

util::Result<std::unique_ptr<Plugin>> make_requests(const model::MetricSpec& spec, PluginContext& context) {
  util::Diagnostics errors;
  check_options(spec, {.name_help_labels = true}, context, errors);
  FamilyDef def = make_def(kRequestsFamily, spec, context, errors);
  if (!errors.empty()) return errors;
  return std::unique_ptr<Plugin>(std::make_unique<Requests>(std::move(def)));
}

}  // namespace routemeter::metric
