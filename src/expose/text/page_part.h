// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "expose/text/gzip_part.h"
#include "expose/text/text.h"
#include "model/snapshot.h"

namespace routemeter::expose {

/// What follows each other in a body, shared with all that send it.
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
