// SPDX-License-Identifier: Apache-2.0
#include "expose/text/gzip.h"

#include <algorithm>
#include <limits>
#include <new>

#include <zlib.h>

namespace routemeter::expose {
namespace {

constexpr int kRaw = -MAX_WBITS;  // zlib: blocks only
// Measured on pages: with a hash table that fits the first-level cache (zlib's default is 8) and longer
// matches than its fastest level wants, a page takes three quarters of the time and gets a fifth smaller.
constexpr int kMemoryLevel = 5;
constexpr int kGoodLength = 4;
constexpr int kMostInserted = 16;
constexpr int kNiceLength = 32;
constexpr int kMostTried = 4;
constexpr std::size_t kGrowth = std::size_t{32} * 1024;

void append_little_endian(std::string& out, std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(value >> shift & 0xFFU);
}

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

struct GzipPart::Stream {
  z_stream zlib{};
};

void GzipPart::Check::append(const Check& next) {
  crc = static_cast<std::uint32_t>(crc32_combine(crc, next.crc, static_cast<z_off_t>(next.size)));
  size += next.size;
}

GzipPart::GzipPart() : stream_(std::make_unique<Stream>()) {
  if (deflateInit2(&stream_->zlib, Z_BEST_SPEED, Z_DEFLATED, kRaw, kMemoryLevel, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    throw std::bad_alloc();
  }
  deflateTune(&stream_->zlib, kGoodLength, kMostInserted, kNiceLength, kMostTried);
}

GzipPart::~GzipPart() { deflateEnd(&stream_->zlib); }

void GzipPart::add(std::string_view text) {
  constexpr std::size_t kMost = std::numeric_limits<uInt>::max();
  while (!text.empty()) {
    const std::string_view now = text.substr(0, kMost);
    check_.crc = static_cast<std::uint32_t>(
        crc32_z(check_.crc, reinterpret_cast<const Bytef*>(now.data()), now.size()));
    check_.size += now.size();
    deflate(now, Z_NO_FLUSH);
    text.remove_prefix(now.size());
  }
}

std::string GzipPart::finish() {
  deflate({}, Z_SYNC_FLUSH);
  out_.resize(stream_->zlib.total_out);
  out_.shrink_to_fit();
  return std::move(out_);
}

void GzipPart::deflate(std::string_view text, int flush) {
  z_stream& zlib = stream_->zlib;
  // zlib's API; it only reads.
  zlib.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  zlib.avail_in = static_cast<uInt>(text.size());
  do {
    // Pages shrink to a twentieth: the bound that zlib gives would be twenty times the memory.
    if (out_.size() - zlib.total_out < kGrowth) out_.resize(out_.size() + std::max(kGrowth, out_.size() / 2));
    zlib.next_out = reinterpret_cast<Bytef*>(out_.data()) + zlib.total_out;
    zlib.avail_out = static_cast<uInt>(
        std::min<std::size_t>(out_.size() - zlib.total_out, std::numeric_limits<uInt>::max()));
    ::deflate(&zlib, flush);
  } while (zlib.avail_out == 0);
}

std::string GzipPart::head() {
  // Deflated, no name, no time, by the fastest algorithm, on Unix.
  return std::string("\x1f\x8b\x08\0\0\0\0\0\x04\x03", 10);
}

std::string GzipPart::tail(const Check& all) {
  std::string out("\x03\0", 2);  // a last block, empty
  append_little_endian(out, all.crc);
  append_little_endian(out, static_cast<std::uint32_t>(all.size));
  return out;
}

std::shared_ptr<const std::string> GzipCache::get(const std::shared_ptr<const std::string>& body) {
  const std::lock_guard lock(mutex_);
  std::erase_if(entries_, [](const Entry& entry) { return entry.plain.expired(); });
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
