// SPDX-License-Identifier: Apache-2.0
#include "util/codec.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstring>

namespace routemeter::util {
namespace {

template <typename T>
void append(std::string& out, T value, unsigned size) {
  char bytes[sizeof(T)];
  for (unsigned i = 0; i < size; ++i)
    bytes[i] = static_cast<char>(static_cast<unsigned char>(value >> (8 * i)));
  out.append(bytes, size);
}

template <typename T>
T assemble(const char* at, unsigned size) {
  T value = 0;
  for (unsigned i = 0; at != nullptr && i < size; ++i) {
    value |= static_cast<T>(static_cast<T>(static_cast<unsigned char>(at[i])) << (8 * i));
  }
  return value;
}

constexpr std::uint32_t kPolynomial = 0x82F63B78;  // bits reversed

// Table k tells what a byte does to the sum when k more bytes follow: eight bytes at a time are eight
// look-ups that do not wait for each other, so the sum of a state of 1 MB takes less than writing it.
using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

constexpr Tables make_tables() {
  Tables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t sum = byte;
    for (int bit = 0; bit < 8; ++bit) sum = (sum >> 1) ^ ((sum & 1) != 0 ? kPolynomial : 0);
    tables[0][byte] = sum;
  }
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    for (std::size_t k = 1; k < tables.size(); ++k) {
      const std::uint32_t before = tables[k - 1][byte];
      tables[k][byte] = (before >> 8) ^ tables[0][before & 0xFF];
    }
  }
  return tables;
}

constexpr Tables kTables = make_tables();

}  // namespace

void Encoder::u8(std::uint8_t value) { bytes_ += static_cast<char>(value); }
void Encoder::u32(std::uint32_t value) { append(bytes_, value, 4); }
void Encoder::u64(std::uint64_t value) { append(bytes_, value, 8); }
void Encoder::u128(unsigned __int128 value) { append(bytes_, value, 16); }
void Encoder::f64(double value) { u64(std::bit_cast<std::uint64_t>(value)); }

void Encoder::text(std::string_view value) {
  u32(static_cast<std::uint32_t>(value.size()));
  bytes_ += value;
}

const char* Decoder::take(std::size_t size) {
  if (!ok_ || rest_.size() < size) {
    ok_ = false;
    return nullptr;
  }
  const char* at = rest_.data();
  rest_.remove_prefix(size);
  return at;
}

std::uint8_t Decoder::u8() { return assemble<std::uint8_t>(take(1), 1); }
std::uint32_t Decoder::u32() { return assemble<std::uint32_t>(take(4), 4); }
std::uint64_t Decoder::u64() { return assemble<std::uint64_t>(take(8), 8); }
unsigned __int128 Decoder::u128() { return assemble<unsigned __int128>(take(16), 16); }
double Decoder::f64() { return std::bit_cast<double>(u64()); }

std::string_view Decoder::text() {
  const std::size_t size = u32();
  const char* at = take(size);
  return at == nullptr ? std::string_view() : std::string_view(at, size);
}

std::uint32_t crc32c(std::string_view bytes, std::uint32_t before) noexcept {
  std::uint32_t sum = ~before;
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  if constexpr (std::endian::native == std::endian::little) {
    for (; left >= 8; left -= 8, at += 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, at, 8);
      word ^= sum;
      sum = 0;
      for (unsigned i = 0; i < 8; ++i) sum ^= kTables[7 - i][(word >> (8 * i)) & 0xFF];
    }
  }
  for (; left > 0; --left, ++at)
    sum = (sum >> 8) ^ kTables[0][(sum ^ static_cast<unsigned char>(*at)) & 0xFF];
  return ~sum;
}

}  // namespace routemeter::util
