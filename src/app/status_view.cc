// SPDX-License-Identifier: Apache-2.0
#include "app/status_view.h"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <utility>

namespace routemeter::app {
namespace {

constexpr std::size_t kTopUnmatched = 20;

template <typename Counts>
std::uint64_t total(const Counts& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

std::vector<RuleView> rules_of(const LogService& service) {
  std::vector<RuleView> out;
  const model::RuleFile& file = service.rules();
  const std::vector<std::string>& excluded = service.router().excluded_labels();
  for (std::size_t i = 0; i < file.routes.size(); ++i) {
    const model::Rule& rule = file.routes[i];
    RuleView view;
    view.line = static_cast<std::size_t>(rule.at.line);
    view.text = rule.text;
    if (service.worker() != nullptr) {
      view.hits = service.worker()->rules()[i].hits;
      view.last_match = service.worker()->rules()[i].last;
    }
    view.excluded = std::find(excluded.begin(), excluded.end(), rule.handler) != excluded.end();
    out.push_back(std::move(view));
  }
  return out;
}

std::vector<LogView> logs_of(const LogService& service) {
  OwnStatus own;
  service.add_status(own);
  std::vector<LogView> out;
  for (std::size_t i = 0; i < own.sources.size(); ++i) {
    LogView view;
    view.log = own.sources[i].name;
    view.format = service.format_of(i);
    view.counters = own.sources[i].counters;
    view.last_request_time = own.sources[i].last_request_time;
    for (const input::FileStatus& file : own.files) {
      if (file.source != i) continue;
      view.files += file.open ? 1 : 0;
      view.lag_bytes += file.lag_bytes;
      view.rotations += total(file.rotations);
    }
    out.push_back(std::move(view));
  }
  // The follower counts suspected losses for the service; the first log shows them.
  if (!out.empty()) out.front().loss_suspected = total(own.follow.loss_suspected);
  return out;
}

ServiceView view_of(const LogService& service, const ReloadState& reload, bool only) {
  ServiceView view;
  if (!only) view.name = service.name();
  if (service.setup().common.rules) view.rules_file = *service.setup().common.rules;
  view.enabled = service.enabled();
  view.last_reload = reload.time;
  view.reload_error = reload.error;
  view.logs = logs_of(service);
  view.rules = rules_of(service);
  view.unmatched = service.unmatched().top(kTopUnmatched);
  OwnStatus own;
  service.add_status(own);
  view.series = own.series;
  for (const auto& [family, count] : own.overflow) view.series_overflow += count;
  return view;
}

}  // namespace

double unix_now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

Status make_status(const std::vector<std::unique_ptr<LogService>>& services, const Durable& durable,
                   const ReloadState& reload, double started, const ServeOptions& options) {
  Status status;
  status.started = started;
  status.now = unix_now();
  status.telemetry_path = options.telemetry_path;
  for (const auto& service : services) {
    status.services.push_back(view_of(*service, reload, services.size() == 1));
  }
  if (!durable.present()) return status;
  const StateStatus state = durable.status();
  StateView view;
  view.dir = options.state_dir;
  view.in_sync = state.in_sync;
  view.commits = state.commits;
  view.problem = durable.problem();
  view.last_commit = status.now - durable.age_seconds();
  status.state = std::move(view);
  return status;
}

}  // namespace routemeter::app
