// SPDX-License-Identifier: Apache-2.0
#include "pipeline/counters.h"

#include <numeric>

namespace routemeter::pipeline {

std::uint64_t Counters::unparsed_total() const {
  return std::accumulate(unparsed.begin(), unparsed.end(), std::uint64_t{0});
}

void Counters::add_unparsed(model::Reason reason, std::string_view line) {
  const auto index = static_cast<std::size_t>(reason);
  ++unparsed[index];
  if (samples[index].size() < kSamplesPerReason) samples[index].emplace_back(line.substr(0, kSampleBytes));
}

void Counters::merge(const Counters& other) {
  lines += other.lines;
  excluded += other.excluded;
  ignored += other.ignored;
  unmatched += other.unmatched;
  for (std::size_t i = 0; i < model::kReasonCount; ++i) {
    unparsed[i] += other.unparsed[i];
    for (const std::string& line : other.samples[i]) {
      if (samples[i].size() < kSamplesPerReason) samples[i].push_back(line);
    }
  }
}

}  // namespace routemeter::pipeline
