// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace routemeter::util {

/// Writes values of the durable state into bytes: fixed-width little endian, strings with their length.
class Encoder {
 public:
  void u8(std::uint8_t value);
  void u32(std::uint32_t value);
  void u64(std::uint64_t value);
  void u128(unsigned __int128 value);
  void f64(double value);
  void text(std::string_view value);

  const std::string& bytes() const { return bytes_; }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

/// Reads them back in the same order. Bytes that end too early give zeros and make ok() false for good: check
/// it before believing what was read, and before allocating what a length says.
class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : rest_(bytes) {}
  std::uint8_t u8();
  std::uint32_t u32();
  std::uint64_t u64();
  unsigned __int128 u128();
  double f64();
  std::string_view text();  ///< sees the given bytes

  bool ok() const { return ok_; }
  std::size_t left() const { return rest_.size(); }

 private:
  const char* take(std::size_t size);

  std::string_view rest_;
  bool ok_ = true;
};

/// CRC-32C (Castagnoli, RFC 3720 appendix B.4) of `bytes`; `before` is the sum of what came before them.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t before = 0) noexcept;

}  // namespace routemeter::util
