// SPDX-License-Identifier: Apache-2.0

// The own metrics of one service, made of today's counters when a scrape asks.

#include <algorithm>
#include <map>
#include <utility>

#include "app/serve/log_service.h"
#include "metric/store/store.h"
#include "util/printable.h"

namespace routemeter::app {
namespace {

using telemetry::Collector;

double whole(std::uint64_t value) { return static_cast<double>(value); }

void collect_files(const input::Follower& follower, Collector& out) {
  // A path may stand for several open files: the one that is furthest behind tells the lag.
  std::map<std::string, input::FileStatus> by_path;
  for (const input::FileStatus& file : follower.files()) {
    auto& kept = by_path.try_emplace(util::printable(file.path), file).first->second;
    kept.lag_bytes = std::max(kept.lag_bytes, file.lag_bytes);
  }
  out.gauge("routemeter_file_lag_bytes", "Bytes of a log file that are not read yet.");
  for (const auto& [name, file] : by_path) out.add(whole(file.lag_bytes), {{"file", name}});
  out.counter("routemeter_file_rotations_total", "Rotations seen, by log file and kind.");
  for (const auto& [name, file] : by_path) {
    for (std::size_t i = 0; i < file.rotations.size(); ++i) {
      if (file.rotations[i] == 0) continue;
      out.add(whole(file.rotations[i]), {{"file", name}, {"kind", std::string(input::kRotationNames[i])}});
    }
  }
}

void collect_doubts(const input::FollowStats& stats, Collector& out) {
  out.counter("routemeter_loss_suspected_total",
              "Times that lines may have been destroyed before they could be read.");
  for (std::size_t i = 0; i < stats.loss_suspected.size(); ++i) {
    out.add(whole(stats.loss_suspected[i]), {{"reason", std::string(input::kLossNames[i])}});
  }
  out.counter("routemeter_duplicate_suspected_total", "Times that lines may have been read twice.");
  for (std::size_t i = 0; i < stats.duplicate_suspected.size(); ++i) {
    out.add(whole(stats.duplicate_suspected[i]), {{"reason", std::string(input::kDoubtNames[i])}});
  }
  out.counter("routemeter_read_errors_total", "Log files that could not be opened or read, by error.");
  for (const auto& [code, count] : stats.read_errors) {
    out.add(whole(count), {{"error", util::errno_text(code)}});
  }
  out.counter("routemeter_recovered_lines_total", "Lines read from the copy that copytruncate made.")
      .add(whole(stats.recovered_lines));
  out.counter("routemeter_unterminated_lines_total",
              "Last lines without a newline of files that nobody writes any more.")
      .add(whole(stats.unterminated_lines));
  out.gauge("routemeter_open_files", "Log files held open.").add(whole(stats.open_files));
}

// Only of logs that are streams: without any there are no such families.
void collect_streams(const std::vector<input::StreamStatus>& streams, Collector& out) {
  if (streams.empty()) return;
  using Counts = std::map<std::pair<std::string, std::string>, std::uint64_t>;
  Counts lost;
  Counts connections;
  for (const input::StreamStatus& stream : streams) {
    const std::string name = util::printable(stream.description);
    for (const auto& [reason, count] : stream_losses(stream.stats))
      lost[{name, std::string(reason)}] += count;
    if (!stream.description.starts_with("tcp")) continue;
    connections[{name, "accepted"}] += stream.stats.connections_accepted;
    connections[{name, "evicted"}] += stream.stats.connections_evicted;
    connections[{name, "refused"}] += stream.stats.connections_refused;
    connections[{name, "timed_out"}] += stream.stats.connections_timed_out;
  }
  out.counter("routemeter_stream_lost_total",
              "Messages of a stream that did not arrive whole, as far as it can be known.");
  for (const auto& [key, count] : lost)
    out.add(whole(count), {{"stream", key.first}, {"reason", key.second}});
  out.counter("routemeter_stream_connections_total",
              "Connections to a syslog address, by what became of them.");
  for (const auto& [key, count] : connections) {
    out.add(whole(count), {{"stream", key.first}, {"result", key.second}});
  }
}

}  // namespace

std::vector<std::pair<std::string_view, std::uint64_t>> stream_losses(
    const input::StreamSource::Stats& stats) {
  return {{"buffer_full", stats.kernel_drops},
          {"framing", stats.framing_errors},
          {"torn", stats.messages_torn},
          {"truncated", stats.datagrams_truncated}};
}

void LogService::collect_own(Collector& out) const {
  out.set_labels(setup_.configured ? telemetry::Labels{{"service", setup_.name}} : telemetry::Labels{});
  collect_lines(out);
  if (follower_ != nullptr) collect_files(*follower_, out);
  collect_doubts(follower_ == nullptr ? input::FollowStats{} : follower_->stats(), out);
  if (follower_ != nullptr) collect_streams(follower_->streams(), out);
  out.gauge("routemeter_series", "Series that the rule file's metrics have.").add(whole(series_count()));
  out.counter("routemeter_series_overflow_total",
              "Requests whose label became \"other\" because of a limit, by family.");
  for (const auto& [family, count] : overflow_counts()) out.add(whole(count), {{"family", family}});
}

void LogService::collect_lines(Collector& out) const {
  // Names that differ only in unprintable bytes are one source.
  std::map<std::string, std::pair<pipeline::Counters, double>> by_name;
  pipeline::Counters all;
  for (const FollowedLog& log : logs_) {
    auto& [counters, time] =
        by_name.try_emplace(util::printable(log.name), pipeline::Counters{}, -1.0).first->second;
    counters.merge(log.source.counters);
    time = std::max(time, log.source.last_request_time);
    all.merge(log.source.counters);
  }
  out.counter("routemeter_lines_total", "Lines read, by log.");
  for (const auto& [name, source] : by_name) out.add(whole(source.first.lines), {{"source", name}});
  out.counter("routemeter_lines_unparsed_total", "Lines that are no request, by log and reason.");
  for (const auto& [name, source] : by_name) {
    for (std::size_t i = 1; i < model::kReasonCount; ++i) {
      if (source.first.unparsed[i] == 0) continue;
      out.add(whole(source.first.unparsed[i]),
              {{"source", name}, {"reason", std::string(model::kReasonNames[i])}});
    }
  }
  out.gauge("routemeter_last_request_timestamp_seconds",
            "Time of the last request read, as the log tells it.");
  for (const auto& [name, source] : by_name) {
    if (source.second >= 0) out.add(source.second, {{"source", name}});
  }
  out.counter("routemeter_requests_excluded_total",
              "Requests that an exclude pattern of the rule file took out.")
      .add(whole(all.excluded));
  out.counter("routemeter_requests_ignored_total",
              "Requests that no rule matched and ignore_untemplated took out.")
      .add(whole(all.ignored));
  out.counter("routemeter_requests_unmatched_total", "Requests that no rule matched, measured or ignored.")
      .add(whole(all.unmatched));
}

}  // namespace routemeter::app
