// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "state/state_dir.h"

// A snapshot as the bytes of a file. The header, little endian:
//    0  magic "rmstate\n"
//    8  u32 format version
//   12  u32 length of the header: a newer version may have a longer one
//   16  u64 length of the payload
//   24  u64 generation
//   32  u32 number of sections
//   36  u32 CRC-32C of everything but these four bytes
// All versions keep this much, so that an older program knows a newer file from a damaged one. The payload of
// version 1: per section its name and its bytes, as util::Encoder writes texts.

namespace routemeter::state {

inline constexpr std::uint32_t kFormatVersion = 1;
inline constexpr std::size_t kHeaderSize = 40;
/// Nothing larger is written or believed.
inline constexpr std::size_t kMaxImage = std::size_t{256} << 20;

struct Image {
  std::string header;
  std::string payload;
  std::size_t size() const { return header.size() + payload.size(); }
};
Image encode(const Sections& sections, std::uint64_t generation);

/// The size in bytes of the image that begins with `head` (at least kHeaderSize bytes); 0 = no image.
std::size_t image_size(std::string_view head);

enum class Validity : std::uint8_t {
  kDamaged,
  kValid,
  kNewer  ///< whole, but of a format version that is not ours to read
};
struct Decoded {
  Validity validity = Validity::kDamaged;
  std::uint32_t version = 0;
  std::uint64_t generation = 0;
  Sections sections;
};
/// `file` may be longer than the image.
Decoded decode(std::string_view file);

}  // namespace routemeter::state
