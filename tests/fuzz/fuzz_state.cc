// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "state/image.h"
#include "util/codec.h"

namespace {

using namespace routemeter;  // NOLINT: a program of two functions

// Whatever a file holds: what is taken for whole is what encode() would have written.
void check(std::string_view file) {
  const state::Decoded found = state::decode(file);
  if (found.validity != state::Validity::kValid) {
    if (!found.sections.empty()) std::abort();
    return;
  }
  const state::Image again = state::encode(found.sections, found.generation);
  if (!file.starts_with(again.header + again.payload)) std::abort();
}

}  // namespace

// A state file as damage, or somebody with write access, may leave it. The second look is at the same bytes
// with a right checksum, which no mutation would find.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view file(reinterpret_cast<const char*>(data), size);
  check(file);
  const std::size_t whole = state::image_size(file);
  if (whole == 0 || whole > size) return 0;
  std::string sound(file);
  util::Encoder sum;
  sum.u32(util::crc32c(file.substr(40, whole - 40), util::crc32c(file.substr(0, 36))));
  sound.replace(36, 4, sum.bytes());
  check(sound);
  return 0;
}
