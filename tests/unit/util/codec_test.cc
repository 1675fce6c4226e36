// SPDX-License-Identifier: Apache-2.0
#include "util/codec.h"

#include <cstdint>
#include <limits>
#include <string>

#include <catch2/catch.hpp>

using routemeter::util::crc32c;
using routemeter::util::Decoder;
using routemeter::util::Encoder;

namespace {

constexpr unsigned __int128 kWide = (static_cast<unsigned __int128>(0x0123456789ABCDEF) << 64) | 0xFEDCBA98;

std::string one_of_each() {
  Encoder e;
  e.u8(0xAB);
  e.u32(0x12345678);
  e.u64(0xFFFFFFFFFFFFFFFE);
  e.u128(kWide);
  e.f64(-0.1);
  e.text(std::string("a\0b", 3));
  e.text("");
  return e.take();
}

}  // namespace

TEST_CASE("what is written is read back in the same order") {
  const std::string bytes = one_of_each();
  Decoder d(bytes);
  CHECK(d.u8() == 0xAB);
  CHECK(d.u32() == 0x12345678);
  CHECK(d.u64() == 0xFFFFFFFFFFFFFFFE);
  CHECK((d.u128() == kWide));
  CHECK(d.f64() == -0.1);
  CHECK(d.text() == std::string("a\0b", 3));
  CHECK(d.text().empty());
  CHECK(d.ok());
  CHECK(d.left() == 0);
}

TEST_CASE("the bytes are little endian on every machine") {
  Encoder e;
  e.u32(0x04030201);
  e.text("x");
  CHECK(e.bytes() == std::string("\x01\x02\x03\x04\x01\0\0\0x", 9));
}

TEST_CASE("bytes that end too early are not ok, wherever they end") {
  const std::string bytes = one_of_each();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    Decoder d(std::string_view(bytes).substr(0, size));
    d.u8();
    d.u32();
    d.u64();
    d.u128();
    d.f64();
    d.text();
    d.text();
    CAPTURE(size);
    CHECK_FALSE(d.ok());
    CHECK(d.u64() == 0);
  }
}

TEST_CASE("a length beyond the end gives an empty text, and nothing after it counts") {
  Encoder e;
  e.u32(std::numeric_limits<std::uint32_t>::max());
  e.u8(7);
  Decoder d(e.bytes());
  CHECK(d.text().empty());
  CHECK_FALSE(d.ok());
  CHECK(d.u8() == 0);
}

TEST_CASE("CRC-32C: the vectors of RFC 3720, in pieces too") {
  std::string up;
  for (int i = 0; i < 32; ++i) up += static_cast<char>(i);
  CHECK(crc32c("") == 0);
  CHECK(crc32c("123456789") == 0xE3069283);
  CHECK(crc32c(std::string(32, '\0')) == 0x8A9136AA);
  CHECK(crc32c(std::string(32, '\xFF')) == 0x62A8AB43);
  CHECK(crc32c(up) == 0x46DD794E);
  for (std::size_t cut = 0; cut <= up.size(); ++cut) {
    CAPTURE(cut);
    CHECK(crc32c(up.substr(cut), crc32c(up.substr(0, cut))) == 0x46DD794E);
  }
}
