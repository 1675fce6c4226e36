// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "expose/text/gzip.h"
#include "model/snapshot.h"

namespace routemeter::expose {

enum class Dialect { kText, kOpenMetrics };
inline constexpr std::size_t kDialects = 2;

/// The Prometheus text format 0.0.4: HELP and TYPE once per family, values in their shortest exact form,
/// `le` as OpenMetrics writes floats. Label values and help are escaped here.
std::string to_text(const model::Snapshot& snapshot);

/// OpenMetrics 1.0: as above, and counters have their family's name without `_total`, `# UNIT` where the name
/// ends in the unit, `_created` where it is known, `# EOF`.
std::string to_openmetrics(const model::Snapshot& snapshot);

/// One of the two.
std::string to_page(const model::Snapshot& snapshot, Dialect dialect);

/// Gets a text piece by piece as it is made; what it leaves in `piece` is dropped.
using TakePiece = std::function<void(std::string& piece)>;

/// Some families of a page, in pieces that fit into a cache. `last`: nothing follows them on their page.
void write_families(const model::Snapshot& families, Dialect dialect, bool last, const TakePiece& take);

/// An integer in units of 10^-decimals as a decimal without trailing zeros: (4000000, 9) -> "0.004".
std::string format_decimal(model::Sum value, int decimals);

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
