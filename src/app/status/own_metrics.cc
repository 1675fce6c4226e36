// SPDX-License-Identifier: Apache-2.0
#include "app/status/own_metrics.h"

#include <algorithm>
#include <map>
#include <system_error>
#include <utility>

#include "app/status/family.h"
#include "app/status/stream_metrics.h"
#include "util/printable.h"

namespace routemeter::app {
namespace {

using model::MetricType;

// "ENOSPC" would be the name people search for, but libc gives only the text.
std::string errno_text(int code) { return std::generic_category().message(code); }

void append_line_counts(const OwnStatus& status, model::Snapshot& out) {
  FamilyBuilder lines(MetricType::kCounter, "routemeter_lines_total", "Lines read, by log.", {"source"});
  FamilyBuilder unparsed(MetricType::kCounter, "routemeter_lines_unparsed_total",
                         "Lines that are no request, by log and reason.", {"reason", "source"});
  FamilyBuilder last(MetricType::kGauge, "routemeter_last_request_timestamp_seconds",
                     "Time of the last request read, as the log tells it.", {"source"});
  // Two services may read one log: that is one source, read twice.
  std::map<std::string, std::pair<pipeline::Counters, double>> by_name;
  std::uint64_t excluded = 0;
  std::uint64_t ignored = 0;
  std::uint64_t unmatched = 0;
  for (const SourceStatus& source : status.sources) {
    auto& [counters, time] = by_name.try_emplace(source.name, pipeline::Counters{}, -1.0).first->second;
    counters.merge(*source.counters);
    time = std::max(time, source.last_request_time);
    excluded += source.counters->excluded;
    ignored += source.counters->ignored;
    unmatched += source.counters->unmatched;
  }
  for (const auto& [name, source] : by_name) {
    const pipeline::Counters& c = source.first;
    lines.add({name}, c.lines);
    for (std::size_t i = 1; i < model::kReasonCount; ++i) {
      if (c.unparsed[i] > 0) unparsed.add({std::string(model::kReasonNames[i]), name}, c.unparsed[i]);
    }
    if (source.second >= 0) last.add_real({name}, source.second);
  }
  lines.append_to(out);
  unparsed.append_to(out);
  last.append_to(out);
  FamilyBuilder(MetricType::kCounter, "routemeter_requests_excluded_total",
                "Requests that an exclude pattern of the rule file took out.")
      .add({}, excluded)
      .append_to(out);
  FamilyBuilder(MetricType::kCounter, "routemeter_requests_ignored_total",
                "Requests that no rule matched and ignore_untemplated took out.")
      .add({}, ignored)
      .append_to(out);
  FamilyBuilder(MetricType::kCounter, "routemeter_requests_unmatched_total",
                "Requests that no rule matched, measured or ignored.")
      .add({}, unmatched)
      .append_to(out);
}

void append_files(const OwnStatus& status, model::Snapshot& out) {
  FamilyBuilder lag(MetricType::kGauge, "routemeter_file_lag_bytes",
                    "Bytes of a log file that are not read yet.", {"file"});
  FamilyBuilder rotations(MetricType::kCounter, "routemeter_file_rotations_total",
                          "Rotations seen, by log file and kind.", {"file", "kind"});
  std::map<std::string, input::FileStatus> by_path;
  for (const input::FileStatus& file : status.files) {
    auto& kept = by_path.try_emplace(util::printable(file.path), file).first->second;
    kept.lag_bytes = std::max(kept.lag_bytes, file.lag_bytes);
  }
  for (const auto& [name, file] : by_path) {
    lag.add({name}, file.lag_bytes);
    for (std::size_t i = 0; i < file.rotations.size(); ++i) {
      if (file.rotations[i] > 0)
        rotations.add({name, std::string(input::kRotationNames[i])}, file.rotations[i]);
    }
  }
  lag.append_to(out);
  rotations.append_to(out);

  const input::FollowStats& follow = status.follow;
  FamilyBuilder loss(MetricType::kCounter, "routemeter_loss_suspected_total",
                     "Times that lines may have been destroyed before they could be read.", {"reason"});
  for (std::size_t i = 0; i < follow.loss_suspected.size(); ++i) {
    loss.add({std::string(input::kLossNames[i])}, follow.loss_suspected[i]);
  }
  loss.append_to(out);
  FamilyBuilder duplicates(MetricType::kCounter, "routemeter_duplicate_suspected_total",
                           "Times that lines may have been read twice.", {"reason"});
  for (std::size_t i = 0; i < follow.duplicate_suspected.size(); ++i) {
    duplicates.add({std::string(input::kDoubtNames[i])}, follow.duplicate_suspected[i]);
  }
  duplicates.append_to(out);
  FamilyBuilder errors(MetricType::kCounter, "routemeter_read_errors_total",
                       "Log files that could not be opened or read, by error.", {"error"});
  for (const auto& [code, count] : follow.read_errors) errors.add({errno_text(code)}, count);
  errors.append_to(out);
  FamilyBuilder(MetricType::kCounter, "routemeter_recovered_lines_total",
                "Lines read from the copy that copytruncate made.")
      .add({}, follow.recovered_lines)
      .append_to(out);
  FamilyBuilder(MetricType::kCounter, "routemeter_unterminated_lines_total",
                "Last lines without a newline of files that nobody writes any more.")
      .add({}, follow.unterminated_lines)
      .append_to(out);
  FamilyBuilder(MetricType::kGauge, "routemeter_open_files", "Log files held open.")
      .add({}, follow.open_files)
      .append_to(out);
}

void append_state(const StateStatus& state, model::Snapshot& out) {
  if (!state.present) return;
  FamilyBuilder(MetricType::kCounter, "routemeter_state_commits_total",
                "Commits of positions and counters over the life of the state directory.")
      .add({}, state.commits)
      .append_to(out);
  FamilyBuilder failures(MetricType::kCounter, "routemeter_state_commit_failures_total",
                         "Commits that failed, by error.", {"error"});
  for (const auto& [code, count] : state.failures) failures.add({errno_text(code)}, count);
  failures.append_to(out);
  FamilyBuilder(MetricType::kGauge, "routemeter_state_in_sync",
                "Whether what is exposed is durable: 1, or 0 while commits fail.")
      .add({}, state.in_sync ? 1 : 0)
      .append_to(out);
  FamilyBuilder loads(MetricType::kCounter, "routemeter_state_loads_total",
                      "What this start found in the state directory.", {"result"});
  for (const char* result : {"ok", "previous", "missing", "corrupt"}) {
    loads.add({result}, state.load == result ? 1 : 0);
  }
  loads.append_to(out);
}

void append_http(const OwnStatus& status, model::Snapshot& out) {
  model::Family duration;
  duration.name = "routemeter_scrape_duration_seconds";
  duration.help = "Scrapes, and the time to answer them with reading and committing.";
  duration.type = MetricType::kSummary;
  duration.decimals = 9;
  duration.unit = "seconds";
  model::Sample sample;
  sample.count = status.scrapes;
  sample.sum = status.scrape_ns;
  duration.samples.push_back(std::move(sample));
  out.push_back(std::move(duration));

  FamilyBuilder requests(MetricType::kCounter, "routemeter_web_requests_total",
                         "Requests to routemeter's own pages, by status code.", {"code"});
  for (const auto& [code, count] : status.http.requests) requests.add({std::to_string(code)}, count);
  requests.append_to(out);
  FamilyBuilder(MetricType::kGauge, "routemeter_web_connections",
                "Open connections to routemeter's own pages.")
      .add({}, status.http.open_connections)
      .append_to(out);
  FamilyBuilder(MetricType::kCounter, "routemeter_web_evicted_total",
                "Connections that were cut: too slow, idle, or to make room.", {"reason"})
      .add({"head_timeout"}, status.http.cut_head_timeout)
      .add({"response_timeout"}, status.http.cut_response_timeout)
      .add({"idle"}, status.http.cut_idle)
      .add({"room"}, status.http.cut_for_room)
      .append_to(out);
}

}  // namespace

void append_own_metrics(const OwnStatus& status, model::Snapshot& out) {
  FamilyBuilder(MetricType::kGauge, "routemeter_build_info", "The running version of routemeter; always 1.",
                {"compiler", "version"})
      .add({__VERSION__, ROUTEMETER_VERSION}, 1)
      .append_to(out);
  append_line_counts(status, out);
  append_files(status, out);
  append_stream_metrics(status.streams, out);
  FamilyBuilder(MetricType::kGauge, "routemeter_series", "Series that the rule file's metrics have.")
      .add({}, status.series)
      .append_to(out);
  FamilyBuilder overflow(MetricType::kCounter, "routemeter_series_overflow_total",
                         "Requests whose label became \"other\" because of a limit, by family.", {"family"});
  for (const auto& [family, count] : status.overflow) overflow.add({family}, count);
  overflow.append_to(out);
  FamilyBuilder(MetricType::kGauge, "routemeter_config_last_reload_successful",
                "Whether the last load of the rules worked.")
      .add({}, status.reload_ok ? 1 : 0)
      .append_to(out);
  FamilyBuilder(MetricType::kGauge, "routemeter_config_last_reload_success_timestamp_seconds",
                "When the rules in use were loaded.")
      .add_real({}, status.reload_time)
      .append_to(out);
  append_state(status.state, out);
  append_http(status, out);
}

}  // namespace routemeter::app
