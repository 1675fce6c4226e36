// SPDX-License-Identifier: Apache-2.0
#include "tools/diff/diff.h"

#include <utility>

#include "app/load/log_format.h"
#include "metric/store/store.h"

namespace routemeter::explain {
namespace {

std::unique_ptr<app::Service> load(const std::string& path, util::Diagnostics& errors) {
  app::CommonOptions options;
  options.rules = path;
  auto service = app::load_service(options);
  if (!service) {
    errors.insert(errors.end(), service.errors().begin(), service.errors().end());
    return nullptr;
  }
  return std::make_unique<app::Service>(std::move(*service));
}

// The families that the file has with its own format, or with any where that is found out.
model::Snapshot families_of(const app::Service& service, util::Diagnostics& errors) {
  const auto add = [&](const util::Diagnostics& found) {
    errors.insert(errors.end(), found.begin(), found.end());
  };
  const auto format = app::detect_format(service.rules.format, service.rules.path, {});
  if (!format) {
    add(app::with_source(service.rules, format.errors()));
    return {};
  }
  const model::FieldSet available =
      format->format == nullptr ? model::FieldSet::all() : format->format->available();
  const auto store = metric::create_store(service.rules, service.router->labels(), available);
  if (!store) {
    add(store.errors());
    return {};
  }
  return (*store)->snapshot();
}

}  // namespace

util::Result<Difference> compare(const std::string& before, const std::string& after,
                                 const std::vector<std::string>& logs) {
  Difference out;
  util::Diagnostics errors;
  out.before = load(before, errors);
  out.after = load(after, errors);
  if (!errors.empty()) return errors;
  const model::Snapshot old_families = families_of(*out.before, errors);
  const model::Snapshot new_families = families_of(*out.after, errors);
  if (!errors.empty()) return errors;
  out.rules = rule_changes(out.before->rules.routes, out.after->rules.routes);
  out.settings = setting_changes(settings_of(out.before->rules, old_families),
                                 settings_of(out.after->rules, new_families));
  if (logs.empty()) return out;
  auto sample = compare_sample(*out.before, *out.after, logs);
  if (!sample) return sample.errors();
  out.sample = std::move(*sample);
  return out;
}

}  // namespace routemeter::explain
