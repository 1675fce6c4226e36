// SPDX-License-Identifier: Apache-2.0
#include "util/codec.h"

#include <bit>

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

}  // namespace routemeter::util
