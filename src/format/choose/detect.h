// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "format/choose/formats.h"

// The steps of detect() (formats.h), apart for tests and for the doctor.

namespace routemeter::format {

/// The envelopes that are worth a try for these lines: kNone first, then those that at least half of the
/// lines have.
std::vector<model::Envelope> plausible_envelopes(std::span<const std::string_view> lines);

/// How well a format does on a sample.
struct Score {
  std::size_t parsed = 0;    ///< requests
  std::size_t shaped = 0;    ///< lines of the format's shape whose request, status or number is none
  std::size_t familiar = 0;  ///< lines that the format at least knows for what they are

  std::size_t fitting() const { return parsed + shaped; }
  bool operator<(const Score& other) const;
};

Score score(const Format& format, std::span<const std::string_view> lines);

/// A format that takes the beginning of a line, but not what follows.
struct PrefixFit {
  FormatPtr format;
  std::size_t length = 0;  ///< bytes of the line that it takes
};

/// The format that takes the longest beginning of `line`, cut at a blank; the earlier of equals. Most log
/// strings are a known one with fields added at its end: this finds the known one, and the place where the
/// rest begins.
std::optional<PrefixFit> longest_prefix(std::span<const FormatPtr> formats, std::string_view line);

/// The built-in format that gets farthest into a line that none fits, and where it stops.
struct Misfit {
  std::string format;
  Mismatch mismatch;
};
std::optional<Misfit> farthest_misfit(std::string_view line, const model::CaptureRegexFactory& regex);

/// Why no format fits, for people: "" when there is nothing to say. `lines` are the sample.
std::string describe_nearest(std::span<const FormatPtr> formats, std::span<const std::string_view> lines);

}  // namespace routemeter::format
