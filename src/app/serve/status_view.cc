// SPDX-License-Identifier: Apache-2.0
#include "app/serve/status_view.h"

#include <algorithm>
#include <cerrno>
#include <numeric>
#include <utility>

#include <unistd.h>

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
    RuleView& view = out.emplace_back();
    view.line = static_cast<std::size_t>(rule.at.line);
    view.text = rule.text;
    if (service.worker() != nullptr) {
      view.hits = service.worker()->rules()[i].hits;
      view.last_match = service.worker()->rules()[i].last;
    }
    view.excluded = std::find(excluded.begin(), excluded.end(), rule.handler) != excluded.end();
  }
  return out;
}

// Why no file of a log is open; empty: it is there, and waits its turn. A glob that matches nothing yet is
// none of our business.
std::string unreadable(const std::string& log) {
  if (log.find_first_of("*?[") != std::string::npos || ::access(log.c_str(), R_OK) == 0) return {};
  return util::errno_text(errno);
}

std::vector<LogView> logs_of(const LogService& service) {
  std::vector<LogView> logs = service.logs();
  const input::Follower* follower = service.follower();
  const auto files = follower == nullptr ? std::vector<input::FileStatus>{} : follower->files();
  const auto streams = follower == nullptr ? std::vector<input::StreamStatus>{} : follower->streams();
  for (std::size_t i = 0; i < logs.size(); ++i) {
    LogView& view = logs[i];
    for (const input::FileStatus& file : files) {
      if (file.source != i) continue;
      view.files += file.open ? 1 : 0;
      view.lag_bytes += file.lag_bytes;
      view.rotations += total(file.rotations);
    }
    const auto stream = std::find_if(streams.begin(), streams.end(),
                                     [i](const input::StreamStatus& s) { return s.source == i; });
    if (stream != streams.end()) {
      view.caveat = stream->caveat;
      for (const auto& [reason, count] : stream_losses(stream->stats)) view.lost += count;
    } else if (view.files == 0) {
      view.problem = unreadable(view.log);
    }
  }
  // The follower counts suspected losses for the service; the first log shows them.
  if (!logs.empty() && follower != nullptr) {
    logs.front().loss_suspected = total(follower->stats().loss_suspected);
  }
  return logs;
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
  view.series = service.series_count();
  for (const auto& [family, count] : service.overflow_counts()) view.series_overflow += count;
  return view;
}

}  // namespace

Status make_status(const LogServices& services, const Commits& commits, const ReloadState& reload,
                   const ServeOptions& options, double started, double now) {
  Status status;
  status.started = started;
  status.now = now;
  status.telemetry_path = options.telemetry_path;
  for (const auto& service : services) {
    status.services.push_back(view_of(*service, reload, services.size() == 1));
  }
  if (!commits.has_state()) return status;
  status.state = {options.state_dir, commits.in_sync(), commits.problem(), commits.count(),
                  status.now - commits.age_seconds()};
  return status;
}

}  // namespace routemeter::app
