// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "util/result.h"

namespace routemeter::model {

/// A regular expression with named groups, matched over a whole text. The interface stands between
/// format (which needs it for `regex` formats) and route (which alone includes RE2).
class CaptureRegex {
 public:
  virtual ~CaptureRegex() = default;
  /// Names by group number, from group 1; "" for an unnamed group.
  virtual const std::vector<std::string>& group_names() const = 0;
  /// True when the whole text matches; groups[i] is then group i+1 (null data() when it took no part).
  virtual bool match(std::string_view text, std::span<std::string_view> groups) const noexcept = 0;
};

/// Compiles a pattern, or says what is wrong with it (message and byte offset as column).
using CaptureRegexFactory =
    std::function<util::Result<std::shared_ptr<const CaptureRegex>>(std::string_view pattern)>;

}  // namespace routemeter::model
