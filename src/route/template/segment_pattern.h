// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "route/template/template.h"

namespace routemeter::route {

/// One path segment with parameters in it: "{id}", "{id:int}.pdf", "{x}-{y}".
class SegmentPattern {
 public:
  /// From the parts of one segment, at least one of them a parameter. None when only a regex can say it:
  /// several parameters of which one is typed, or a `path`.
  static std::optional<SegmentPattern> make(std::span<const TemplatePart> parts);

  static constexpr std::size_t kReadBehind = converters::kReadBehind;

  /// True when the whole segment matches. `segment` is well-formed UTF-8.
  bool matches(std::string_view segment) const noexcept;

  /// A single untyped parameter without text: matches whatever is not empty.
  bool is_any() const noexcept { return bare_ && converter_ == Converter::kStr; }

  bool operator<(const SegmentPattern& other) const {
    return std::tie(literals_, converter_, bare_) < std::tie(other.literals_, other.converter_, other.bare_);
  }

 private:
  std::vector<std::string> literals_ = {""};  ///< before, between and after the parameters; some empty
  Converter converter_ = Converter::kStr;
  bool bare_ = false;  ///< one parameter, no text
};

}  // namespace routemeter::route
