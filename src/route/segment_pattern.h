// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "route/template.h"

namespace routemeter::route {

/// One path segment with parameters in it: "{id}", "{id:int}.pdf", "{x}-{y}".
class SegmentPattern {
 public:
  /// From the parts of one segment, at least one of them a parameter. None when only a regex can say it:
  /// several parameters of which one is typed, or a `path`.
  static std::optional<SegmentPattern> make(std::span<const TemplatePart> parts);

  /// True when the whole segment matches. `segment` is well-formed UTF-8.
  bool matches(std::string_view segment) const noexcept;

  /// A single untyped parameter without text: matches whatever is not empty.
  bool is_any() const noexcept { return any_; }

  bool operator==(const SegmentPattern&) const = default;

 private:
  std::vector<std::string> literals_ = {""};  ///< before, between and after the parameters; some empty
  TemplatePart::Converter converter_ = TemplatePart::Converter::kStr;
  bool any_ = false;
};

}  // namespace routemeter::route
