// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "format/contract/format.h"

// The steps of detect() (format.h), apart for tests.

namespace routemeter::format {

/// Which envelopes are worth a try for these lines: always none, first, and those that most lines look
/// wrapped in.
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

}  // namespace routemeter::format
