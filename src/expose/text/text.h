// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "expose/text/gzip.h"
#include "model/snapshot.h"

namespace routemeter::expose {

enum class Dialect { kText, kOpenMetrics };
inline constexpr std::size_t kDialects = 2;

/// kText is the Prometheus text format 0.0.4: HELP and TYPE once per family, values in their shortest exact
/// form, `le` as OpenMetrics writes floats. kOpenMetrics is version 1.0: as above, and counters have their
/// family's name without `_total`, `# UNIT` where the name ends in the unit, `_created` where it is known,
/// `# EOF`. Label values and help are escaped here.
std::string to_page(const model::Snapshot& snapshot, Dialect dialect = Dialect::kText);

/// The consecutive parts of a body, shared with all that send it.
using Pieces = std::vector<std::shared_ptr<const std::string>>;

/// Some families of a page, written and if wanted compressed. A page is made of parts, so that those whose
/// numbers have not changed need not be made again. Families of one name stand in one part.
class PagePart {
 public:
  /// `last`: no other part follows.
  PagePart(const model::Snapshot& families, Dialect dialect, bool gzip, bool last);

  /// The body that the parts of one dialect, all compressed or none, are together.
  static Pieces join(std::span<const PagePart* const> parts);

 private:
  bool gzip_;
  Pieces pieces_;
  GzipPart::Check check_;  // of the text, when it is compressed
};

}  // namespace routemeter::expose
