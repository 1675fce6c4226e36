// SPDX-License-Identifier: Apache-2.0
#include "app/status/stream_metrics.h"

#include <map>
#include <string>

#include "app/status/family.h"
#include "util/printable.h"

namespace routemeter::app {
namespace {

using Counts = std::map<std::pair<std::string, std::string_view>, std::uint64_t>;

void append_streams(model::MetricType type, std::string name, std::string help, std::string label,
                    const Counts& counts, model::Snapshot& out) {
  FamilyBuilder family(type, std::move(name), std::move(help), {std::move(label), "stream"});
  for (const auto& [labels, count] : counts) family.add({std::string(labels.second), labels.first}, count);
  family.append_to(out);
}

}  // namespace

std::vector<std::pair<std::string_view, std::uint64_t>> stream_losses(
    const input::StreamSource::Stats& stats) {
  return {{"buffer_full", stats.kernel_drops},
          {"framing", stats.framing_errors},
          {"torn", stats.messages_torn},
          {"truncated", stats.datagrams_truncated}};
}

void append_stream_metrics(const std::vector<input::StreamStatus>& streams, model::Snapshot& out) {
  if (streams.empty()) return;
  // Two services may not share a socket, but both can read one FIFO.
  Counts lost;
  Counts connections;
  for (const input::StreamStatus& stream : streams) {
    const std::string name = util::printable(stream.description);
    for (const auto& [reason, count] : stream_losses(stream.stats)) lost[{name, reason}] += count;
    if (!stream.description.starts_with("tcp")) continue;
    connections[{name, "accepted"}] += stream.stats.connections_accepted;
    connections[{name, "evicted"}] += stream.stats.connections_evicted;
    connections[{name, "refused"}] += stream.stats.connections_refused;
    connections[{name, "timed_out"}] += stream.stats.connections_timed_out;
  }
  append_streams(model::MetricType::kCounter, "routemeter_stream_lost_total",
                 "Messages of a stream that did not arrive whole, as far as it can be known.", "reason", lost,
                 out);
  append_streams(model::MetricType::kCounter, "routemeter_stream_connections_total",
                 "Connections to a syslog address, by what became of them.", "result", connections, out);
}

}  // namespace routemeter::app
