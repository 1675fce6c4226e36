// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "format/scan/indexed_scanner.h"
#include "format/scan/scanner.h"
#include "format/scan/text_slots.h"
#include "format/text/quick_reader.h"
#include "format/value/escape.h"

namespace routemeter::format {

/// How the lines of a text format are split, and which part feeds which Field. Immutable, shared by parsers.
struct TextLayout : TextSlots {
  Scanner scanner;
  IndexedScanner indexed;  ///< the fast way for lines without surprises
  QuickReader quick;       ///< and for fields without
  EscapeStyle escape = EscapeStyle::kNone;
  std::vector<std::string> steps;  ///< the scanner's fields as the string writes them
};

}  // namespace routemeter::format
