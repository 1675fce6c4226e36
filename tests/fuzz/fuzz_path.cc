// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "../support/naive_path.h"
#include "route/path.h"
#include "util/utf8.h"

// A request target as an attacker may write it. The path must be the one of the plain reference, and
// well-formed UTF-8, because RE2 and the exposition rely on that; so must the label of an untemplated one.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace routemeter;  // NOLINT: a program of one function
  const std::string_view target(reinterpret_cast<const char*>(data), size);
  route::Segments segments;
  std::string decoded;
  const route::RawPath raw = route::cut_target(target, segments);
  const std::string_view path = route::decode_path(raw, decoded);
  if (!util::utf8_valid(path) || path != testing::naive_path(target)) std::abort();

  if (!raw.plain) route::split(path, segments);
  if (!path.empty() && path[0] == '/') {
    std::string joined;
    for (std::uint32_t i = 0; i < segments.count; ++i) {
      const std::string_view segment = segments.at(path, i);
      if (segment.find('/') != std::string_view::npos) std::abort();
      joined += '/';
      joined += segment;
    }
    if (segments.complete ? joined != path : !path.substr(joined.size()).starts_with('/')) std::abort();
  }

  std::string scratch;
  const std::string_view label = route::untemplated_label(path, scratch);
  if (!util::utf8_valid(label) || label.empty() || label[0] != '/' ||
      label.find_first_of("?#\r\n\t") != std::string_view::npos) {
    std::abort();
  }
  return 0;
}
