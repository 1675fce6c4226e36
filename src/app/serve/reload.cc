// SPDX-License-Identifier: Apache-2.0
#include "app/serve/reload.h"

#include <algorithm>
#include <utility>

#include "app/serve/setups.h"

namespace routemeter::app {

util::Diagnostics reload_services(const ServeOptions& options,
                                  std::vector<std::unique_ptr<LogService>>& services,
                                  std::optional<RulesWatch>& watch, const util::Logger& log) {
  auto setups = make_setups(options, false);
  if (!setups) return setups.errors();
  std::optional<RulesWatch> new_watch;
  if (options.watch_rules) new_watch.emplace(files_to_watch(options, *setups));  // before they are read
  state::Sections saved;
  for (const auto& service : services) service->save(saved);

  // Per new service: the old one that goes on under new rules, or one made anew from what the old one saved.
  struct Next {
    LogService* old = nullptr;
    std::optional<LogService::Reloaded> reloaded;
    std::unique_ptr<LogService> made;
  };
  std::vector<Next> next;
  std::vector<Together> together;
  util::Diagnostics errors;
  const auto note = [&errors](const util::Diagnostics& more) {
    errors.insert(errors.end(), more.begin(), more.end());
  };
  for (LogService::Setup& setup : *setups) {
    Next entry;
    for (const auto& service : services) {
      const bool same_logs = service->setup().common.logs == setup.common.logs;
      if (service->name() == setup.name && same_logs) entry.old = service.get();
    }
    Together view{setup.name, nullptr, {}};
    if (entry.old != nullptr) {
      auto reloaded = entry.old->prepare_reload(setup.common);
      if (!reloaded) {
        note(reloaded.errors());
        continue;
      }
      entry.reloaded.emplace(std::move(*reloaded));
      if (entry.reloaded->worker != nullptr) view.families = entry.reloaded->worker->store().snapshot();
    } else {
      auto made = LogService::start(setup, saved, log);
      if (!made) {
        note(made.errors());
        continue;
      }
      entry.made = std::move(*made);
      entry.made->collect(view.families);
    }
    next.push_back(std::move(entry));
    together.push_back(std::move(view));
  }
  if (!errors.empty()) return errors;
  for (std::size_t i = 0; i < next.size(); ++i) {
    together[i].rules = next[i].reloaded ? &next[i].reloaded->service.rules : &next[i].made->rules();
  }
  errors = check_together(together);
  if (!errors.empty()) return errors;

  std::vector<std::unique_ptr<LogService>> changed;
  for (Next& entry : next) {
    if (entry.made != nullptr) {
      changed.push_back(std::move(entry.made));
      continue;
    }
    const auto at = std::find_if(services.begin(), services.end(),
                                 [&entry](const auto& service) { return service.get() == entry.old; });
    (*at)->apply(std::move(*entry.reloaded));
    changed.push_back(std::move(*at));
  }
  services = std::move(changed);
  watch = std::move(new_watch);
  return {};
}

}  // namespace routemeter::app
