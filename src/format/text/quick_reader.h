// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "format/scan/indexed_scanner.h"
#include "format/scan/text_slots.h"
#include "format/value/quick_numbers.h"
#include "model/request.h"

namespace routemeter::format {

/// Reads the fields of a line that IndexedScanner has cut, when all of them are as usual: a request line with
/// a known method and a path, a status, and numbers of up to eight bytes. All numbers are read together.
class QuickReader {
 public:
  /// The scanner has to be finished.
  void plan(const TextSlots& slots, const IndexedScanner& scanner);
  bool usable() const noexcept { return usable_; }

  /// Sets all of `out` and is true; false when it takes a closer look.
  bool read(const char* base, const Points::Found& points, const char* line_end,
            model::Request& out) const noexcept;

 private:
  bool usable_ = false;
  std::uint16_t request_ = 0;  ///< this and all others: points
  std::optional<std::uint16_t> host_;
  std::optional<std::uint16_t> time_;
  std::optional<std::uint16_t> logname_;  ///< must be "-": else see TextParser::shifted()
  QuickNumbers numbers_;
};

}  // namespace routemeter::format
