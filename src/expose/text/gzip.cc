// SPDX-License-Identifier: Apache-2.0
#include "expose/text/gzip.h"

#include <algorithm>
#include <new>

#include "expose/text/gzip_part.h"

namespace routemeter::expose {
namespace {

constexpr std::size_t kMostEntries = 8;  // pages alive at once: few, as old ones end with their clients

std::shared_ptr<const std::string> pack(const std::string& plain) {
  try {
    GzipPart part;
    part.add(plain);
    return std::make_shared<const std::string>(GzipPart::head() + part.finish() +
                                               GzipPart::tail(part.check()));
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

}  // namespace

std::shared_ptr<const std::string> GzipCache::get(const std::shared_ptr<const std::string>& body) {
  const std::lock_guard lock(mutex_);
  entries_.erase(std::remove_if(entries_.begin(), entries_.end(),
                                [](const Entry& entry) { return entry.plain.expired(); }),
                 entries_.end());
  for (const Entry& entry : entries_) {
    if (entry.plain.lock() == body) return entry.packed;
  }
  auto packed = pack(*body);
  if (packed == nullptr) return packed;
  if (entries_.size() == kMostEntries) entries_.erase(entries_.begin());
  entries_.push_back({body, packed});
  return packed;
}

}  // namespace routemeter::expose
