// SPDX-License-Identifier: Apache-2.0
#include "expose/text/page_part.h"

#include <utility>

namespace routemeter::expose {
namespace {

std::shared_ptr<const std::string> shared(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

}  // namespace

PagePart::PagePart(const model::Snapshot& families, Dialect dialect, bool gzip, bool last) : gzip_(gzip) {
  if (!gzip) {
    write_families(families, dialect, last,
                   [this](std::string& piece) { pieces_.push_back(shared(std::exchange(piece, {}))); });
    return;
  }
  // What is written is compressed while it is in the cache, and the whole text is never there.
  GzipPart packed;
  write_families(families, dialect, last, [&packed](std::string& piece) { packed.add(piece); });
  pieces_.push_back(shared(packed.finish()));
  check_ = packed.check();
}

Pieces PagePart::join(std::span<const PagePart* const> parts) {
  Pieces all;
  const bool gzip = !parts.empty() && parts.front()->gzip_;
  if (gzip) all.push_back(shared(GzipPart::head()));
  GzipPart::Check check;
  for (const PagePart* const part : parts) {
    all.insert(all.end(), part->pieces_.begin(), part->pieces_.end());
    check.append(part->check_);
  }
  if (gzip) all.push_back(shared(GzipPart::tail(check)));
  return all;
}

}  // namespace routemeter::expose
