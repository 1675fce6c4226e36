// SPDX-License-Identifier: Apache-2.0
#include "state/image.h"

#include <utility>

#include "util/codec.h"

namespace routemeter::state {
namespace {

constexpr std::string_view kMagic = "rmstate\n";
constexpr std::size_t kCrcAt = 36;
constexpr std::size_t kMaxHeader = 4096;

}  // namespace

Image encode(const Sections& sections, std::uint64_t generation) {
  util::Encoder payload;
  for (const Section& section : sections) {
    payload.text(section.name);
    payload.text(section.bytes);
  }
  util::Encoder header;
  header.u32(kFormatVersion);
  header.u32(kHeaderSize);
  header.u64(payload.bytes().size());
  header.u64(generation);
  header.u32(static_cast<std::uint32_t>(sections.size()));
  Image image{std::string(kMagic) + header.bytes(), payload.take()};
  util::Encoder sum;
  sum.u32(util::crc32c(image.payload, util::crc32c(image.header)));
  image.header += sum.bytes();
  return image;
}

std::size_t image_size(std::string_view head) {
  if (head.size() < kHeaderSize || !head.starts_with(kMagic)) return 0;
  util::Decoder decoder(head.substr(kMagic.size()));
  decoder.u32();
  const std::size_t header = decoder.u32();
  const std::uint64_t payload = decoder.u64();
  if (header < kHeaderSize || header > kMaxHeader || payload > kMaxImage - header) return 0;
  return header + static_cast<std::size_t>(payload);
}

Decoded decode(std::string_view file) {
  Decoded out;
  const std::size_t size = image_size(file);
  if (size == 0 || size > file.size()) return out;
  util::Decoder decoder(file.substr(kMagic.size(), size - kMagic.size()));
  out.version = decoder.u32();
  const std::size_t header = decoder.u32();
  decoder.u64();
  out.generation = decoder.u64();
  const std::uint32_t count = decoder.u32();
  const std::uint32_t sum = decoder.u32();
  if (sum !=
      util::crc32c(file.substr(kHeaderSize, size - kHeaderSize), util::crc32c(file.substr(0, kCrcAt)))) {
    return out;
  }
  if (out.version > kFormatVersion) {
    out.validity = Validity::kNewer;
    return out;
  }
  if (out.version != kFormatVersion || header != kHeaderSize) return out;
  for (std::uint32_t i = 0; i < count && decoder.ok(); ++i) {
    std::string name(decoder.text());
    out.sections.push_back({std::move(name), std::string(decoder.text())});
  }
  if (decoder.ok() && decoder.left() == 0) {
    out.validity = Validity::kValid;
  } else {
    out.sections.clear();
  }
  return out;
}

}  // namespace routemeter::state
