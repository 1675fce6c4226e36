// SPDX-License-Identifier: Apache-2.0
#include "app/own_metrics.h"

#include <algorithm>

#include "app/process_metrics.h"

namespace routemeter::app {
namespace {

model::Family labelled(std::string name, std::string help, model::MetricType type,
                       std::vector<std::string> label_names) {
  model::Family family;
  family.name = std::move(name);
  family.help = std::move(help);
  family.type = type;
  family.label_names = std::move(label_names);
  return family;
}

void add(model::Family& family, std::vector<std::string> labels, std::uint64_t value) {
  model::Sample sample;
  sample.label_values = std::move(labels);
  sample.count = value;
  family.samples.push_back(std::move(sample));
}

void sort(model::Family& family) {
  std::sort(family.samples.begin(), family.samples.end(),
            [](const model::Sample& a, const model::Sample& b) { return a.label_values < b.label_values; });
}

}  // namespace

void append_own_metrics(const std::vector<SourceStatus>& sources, std::uint64_t series, std::uint64_t scrapes,
                        model::Snapshot& out) {
  using model::MetricType;
  model::Family build = labelled("routemeter_build_info", "The running version of routemeter; always 1.",
                                 MetricType::kGauge, {"compiler", "version"});
  add(build, {__VERSION__, ROUTEMETER_VERSION}, 1);

  model::Family lines =
      labelled("routemeter_lines_total", "Lines read, by log.", MetricType::kCounter, {"source"});
  model::Family unparsed =
      labelled("routemeter_lines_unparsed_total", "Lines that are no request, by log and reason.",
               MetricType::kCounter, {"reason", "source"});
  model::Family lag = labelled("routemeter_file_lag_bytes", "Bytes of a log that are not read yet.",
                               MetricType::kGauge, {"file"});
  model::Family last =
      labelled("routemeter_last_request_timestamp_seconds",
               "Time of the last request read, as the log tells it.", MetricType::kGauge, {"source"});
  std::uint64_t excluded = 0;
  std::uint64_t ignored = 0;
  std::uint64_t unmatched = 0;
  for (const SourceStatus& source : sources) {
    const pipeline::Counters& c = *source.counters;
    add(lines, {source.name}, c.lines);
    for (std::size_t i = 1; i < model::kReasonCount; ++i) {
      if (c.unparsed[i] > 0) add(unparsed, {std::string(model::kReasonNames[i]), source.name}, c.unparsed[i]);
    }
    add(lag, {source.name}, source.lag_bytes);
    if (source.last_request_time >= 0) {
      add(last, {source.name}, 0);
      last.samples.back().real = source.last_request_time;
      last.samples.back().has_real = true;
    }
    excluded += c.excluded;
    ignored += c.ignored;
    unmatched += c.unmatched;
  }
  for (model::Family* family : {&lines, &unparsed, &lag, &last}) sort(*family);
  for (model::Family* family : {&build, &lines, &unparsed}) out.push_back(std::move(*family));
  out.push_back(single_counter("routemeter_requests_excluded_total",
                               "Requests that an exclude pattern of the rule file took out.", excluded));
  out.push_back(single_counter("routemeter_requests_ignored_total",
                               "Requests that no rule matched and ignore_untemplated took out.", ignored));
  out.push_back(single_counter("routemeter_requests_unmatched_total",
                               "Requests that no rule matched, measured or ignored.", unmatched));
  out.push_back(std::move(lag));
  out.push_back(std::move(last));
  out.push_back(single_gauge("routemeter_series", "Series that the rule file's metrics have.",
                             static_cast<double>(series)));
  out.push_back(single_counter("routemeter_scrapes_total", "Scrapes answered, this one included.", scrapes));
}

}  // namespace routemeter::app
