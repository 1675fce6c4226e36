// SPDX-License-Identifier: Apache-2.0
#include "expose/gzip.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <zlib.h>

namespace routemeter::expose {
namespace {

constexpr int kGzipWrapper = 16 + MAX_WBITS;  // zlib: a gzip header instead of zlib's own
constexpr int kMemoryLevel = 8;               // zlib's default
constexpr std::size_t kLeastGrowth = 256;
constexpr std::size_t kMostEntries = 8;  // pages alive at once: few, as old ones end with their clients

std::shared_ptr<const std::string> pack(const std::string& plain) {
  z_stream stream{};
  if (plain.size() > std::numeric_limits<uInt>::max() ||
      deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzipWrapper, kMemoryLevel, Z_DEFAULT_STRATEGY) !=
          Z_OK) {
    return nullptr;
  }
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));  // zlib's API; it only reads
  stream.avail_in = static_cast<uInt>(plain.size());
  // Pages shrink to a tenth: the bound that zlib gives would be ten times the memory.
  std::string packed;
  int status = Z_OK;
  while (status == Z_OK) {
    packed.resize(packed.size() + plain.size() / 8 + kLeastGrowth);
    stream.next_out = reinterpret_cast<Bytef*>(packed.data()) + stream.total_out;
    stream.avail_out = static_cast<uInt>(packed.size() - stream.total_out);
    status = deflate(&stream, Z_FINISH);
  }
  packed.resize(stream.total_out);
  packed.shrink_to_fit();
  deflateEnd(&stream);
  return status == Z_STREAM_END ? std::make_shared<const std::string>(std::move(packed)) : nullptr;
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
