// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "model/vocabulary.h"

namespace routemeter::pipeline {

/// Lines kept of each reason, for people: enough to see what is wrong, bounded whatever is logged.
inline constexpr std::size_t kSamplesPerReason = 3;
/// Bytes kept of a sampled line.
inline constexpr std::size_t kSampleBytes = 512;

/// Outcome counts of the lines of one source. Every line is in exactly one of: unparsed (by reason),
/// excluded, ignored, measured; so their sum is `lines`.
struct Counters {
  std::uint64_t lines = 0;
  std::array<std::uint64_t, model::kReasonCount> unparsed{};  ///< by Reason; kNone stays 0
  std::uint64_t excluded = 0;
  std::uint64_t ignored = 0;
  std::uint64_t unmatched = 0;  ///< untemplated: measured with the label none, or ignored
  std::array<std::vector<std::string>, model::kReasonCount> samples;  ///< first lines of each reason

  std::uint64_t unparsed_total() const;
  std::uint64_t parsed() const { return lines - unparsed_total(); }
  std::uint64_t measured() const { return parsed() - excluded - ignored; }
  void add_unparsed(model::Reason reason, std::string_view line);
  /// Adds the counts of another part of the same source; samples fill up to the limit.
  void merge(const Counters& other);
};

}  // namespace routemeter::pipeline
