// SPDX-License-Identifier: Apache-2.0
#include "app/serve/commits.h"

#include <algorithm>

#include "app/serve/created.h"

namespace routemeter::app {

Commits::Commits(Durable durable, double now, telemetry::Registry& registry, const util::Logger& log)
    : durable_(std::move(durable)), log_(log), since_(counting_since(durable_.loaded(), now)) {
  registry.collect_from([this](telemetry::Collector& out) { durable_.collect_own(out); });
  if (durable_.present()) {
    durations_ = registry.histogram("routemeter_state_commit_duration_seconds",
                                    "Commits of positions and counters, and the time for each.");
  }
}

void Commits::commit(const Services& services) {
  if (!durable_.present()) return;
  if (is_committed(services)) return durable_.rest();
  state::Sections sections;
  for (const auto& service : services) service->save(sections);
  save_counting_since(since_, sections);
  changed_ = false;
  durable_.commit(sections, log_);
  durations_->observe(std::chrono::duration<double>(durable_.cost()).count());
  committed_ = std::move(sections);
}

// Counters change with lines only; encoding all of them would be most of what an idle process does.
bool Commits::is_committed(const Services& services) const {
  return !changed_ && !committed_.empty() && durable_.is_good() &&
         std::all_of(services.begin(), services.end(),
                     [this](const auto& service) { return service->has_positions(committed_); });
}

}  // namespace routemeter::app
