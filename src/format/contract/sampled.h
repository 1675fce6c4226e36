// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "format/contract/format.h"

namespace routemeter::format {

/// A format whose fields and kind of time stand in the lines, not in its definition (json, regex).
class SampledFormat : public Format {
 public:
  /// The same format with time_kind() and uses() as `lines` (without envelope) have them, or null when they
  /// do not tell.
  virtual FormatPtr fitted(std::span<const std::string_view> lines) const = 0;
};

/// The kind of time that `text` can be: by its shape, and for plain numbers by their size (seconds, milli-,
/// micro- or nanoseconds of our century). kNone when it is none.
TimeKind guess_time_kind(std::string_view text) noexcept;

}  // namespace routemeter::format
