// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "format/contract/format.h"

namespace routemeter::format {

/// A format that takes the beginning of a line, but not what follows.
struct PrefixFit {
  FormatPtr format;
  std::size_t length = 0;  ///< bytes of the line that it takes
};

/// Which of `formats` takes the longest beginning of `line`, cut at a blank; the earlier of equals. Log
/// strings are mostly a known one with fields added at its end, so this names the known one and where the
/// rest begins.
std::optional<PrefixFit> longest_prefix(std::span<const FormatPtr> formats, std::string_view line);

/// Why no format fits, for people: "" when there is nothing to say. `lines` are the sample.
std::string describe_nearest(std::span<const FormatPtr> formats, std::span<const std::string_view> lines);

}  // namespace routemeter::format
