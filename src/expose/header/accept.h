// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "expose/text/text.h"

namespace routemeter::expose {

/// How to answer a scrape.
struct Choice {
  Dialect dialect = Dialect::kText;
  const char* content_type = nullptr;  ///< static
};

/// Reads Accept as RFC 9110 12.5.1 defines it: the most specific range that covers a type gives its weight,
/// the heavier type wins, of equals the one named more exactly, then the one named first. OpenMetrics comes
/// as version 1.0.0 or 0.0.1, text as 0.0.4; a range with another version covers none of them, other
/// parameters are ignored. Whoever asks for nothing that we have gets text.
Choice negotiate(std::string_view accept);

}  // namespace routemeter::expose
