// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <utility>

#include "metric/contract/metric_names.h"
#include "metric/contract/plugin.h"
#include "metric/kinds/factories.h"
#include "metric/kinds/options.h"
#include "metric/store/store.h"
#include "util/fmt.h"
#include "util/words.h"

namespace routemeter::metric {
namespace {

/// A new kind is one file, a row here and one of model::kMetricKinds.
struct Builtin {
  std::string_view kind;
  PluginFactory make;
};
constexpr auto kBuiltins = std::to_array<Builtin>({
    {"default", make_default_set},
    {"latency", make_latency},
    {"requests", make_requests},
    {"request_size", make_sizes},
    {"response_size", make_sizes},
    {"combined_size", make_sizes},
    {"inprogress", make_inprogress},
});
static_assert(std::ranges::equal(kBuiltins, model::kMetricKinds, {}, &Builtin::kind,
                                 &model::MetricKind::key));

// A limit on a family that the rule file does not have bounds nothing.
void check_limits(const model::RuleFile& file, const NameRegistry& names, util::Diagnostics& errors) {
  const std::vector<std::string_view> families = names.families();
  for (const model::Limits::OfFamily& limit : file.limits.families) {
    if (std::find(families.begin(), families.end(), limit.family) != families.end()) continue;
    const std::string_view meant = util::nearest(limit.family, families);
    errors.push_back(util::error_at(file, limit.at,
                                    fmt::format("there is no family {}", util::quoted(limit.family)),
                                    meant.empty() ? fmt::format("the families are {}", util::one_of(families))
                                                  : fmt::format("did you mean '{}'?", meant)));
  }
}

}  // namespace

util::Result<std::unique_ptr<Store>> create_store(const model::RuleFile& file,
                                                  const std::vector<std::string>& handlers,
                                                  model::FieldSet available, model::AbsentFamilies* absent) {
  util::Diagnostics errors;
  NameRegistry names;
  model::AbsentFamilies nobody_asks;
  PluginContext context{file, available, absent != nullptr ? *absent : nobody_asks, names};
  std::vector<std::unique_ptr<Plugin>> plugins;
  check_names(file, errors);
  for (const model::MetricSpec& spec : file.metrics) {
    const model::MetricKind* const kind = model::kind_of(spec.kind);
    if (kind == nullptr) {
      std::string hint = "choose from";
      for (const Builtin& b : kBuiltins) hint += fmt::format(" {}", b.kind);
      errors.push_back(
          util::error_at(file, spec.at, fmt::format("there is no metric {}", util::quoted(spec.kind)), hint));
      continue;
    }
    check_options(spec, *kind, file, errors);
    auto made = std::ranges::find(kBuiltins, spec.kind, &Builtin::kind)->make(spec, context);
    if (!made) {
      errors.insert(errors.end(), made.errors().begin(), made.errors().end());
    } else if (*made) {
      plugins.push_back(std::move(*made));
    }
  }
  check_limits(file, names, errors);
  const util::Diagnostics clashes = names.errors(file);
  errors.insert(errors.end(), clashes.begin(), clashes.end());
  if (!errors.empty()) {
    for (util::Diagnostic& error : errors) error.code = "invalid-metrics";
    util::sort_by_place(errors);
    return errors;
  }
  return make_store(file, handlers, std::move(plugins));
}

}  // namespace routemeter::metric
