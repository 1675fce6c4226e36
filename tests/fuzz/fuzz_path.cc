// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "../support/naive_path.h"
#include "route/path/path.h"
#include "route/path/path_end.h"
#include "util/utf8.h"

namespace {

using namespace routemeter;  // NOLINT: a program of one function

/// Byte by byte what PathFinder looks for in 64 at once.
void check_end(std::string_view target) {
  const std::size_t size = std::min(target.find_first_of("?#"), target.size());
  route::SegmentEnds ends = 0;
  bool plain = true;
  for (std::size_t i = 0; i <= size; ++i) {
    if (i < route::kEndsBytes && (i == size || target[i] == '/')) ends |= route::SegmentEnds{1} << i;
    plain = plain && (i == size || (target[i] != '%' && static_cast<unsigned char>(target[i]) < 0x80));
  }
  for (const route::PathFinder::Find find : route::PathFinder::ways()) {
    const route::PathEnd end = find(target, nullptr);
    if (end.size != size || end.plain != plain || end.ends != ends) std::abort();
  }
}

}  // namespace

// A request target as an attacker may write it. The path must be the one of the plain reference, and
// well-formed UTF-8, because RE2 and the exposition rely on that; so must the label of an untemplated one.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view target(reinterpret_cast<const char*>(data), size);
  check_end(target);
  std::string decoded;
  const route::RawPath raw = route::cut_target(target);
  const std::string_view path = route::decode_path(raw, decoded);
  if (!util::utf8_valid(path) || path != testing::naive_path(target)) std::abort();

  std::string scratch;
  const std::string_view label = route::untemplated_label(path, scratch);
  if (!util::utf8_valid(label) || label.empty() || label[0] != '/' ||
      label.find_first_of("?#\r\n\t") != std::string_view::npos) {
    std::abort();
  }
  return 0;
}
