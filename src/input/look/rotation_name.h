// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace routemeter::input {

enum class Compression { kNone, kGzip, kOther };

/// The name of a rotated log in its parts: base, suffix (".1", "-20261123", ".2026-11-23_10"), compression.
struct RotationName {
  bool rotated = false;      ///< false: no rotation of the base
  std::uint32_t number = 0;  ///< N of a plain ".N"; 0 = none
  Compression compression = Compression::kNone;
};

/// The relation of `name` to `base`, as logrotate (numbers, dateext with any dateformat of digits, compress),
/// savelog, newsyslog and Python's handlers name what they have rotated. Temporary names are none.
RotationName rotation_of(std::string_view base, std::string_view name);

/// Compression by the name's extension (".gz"; ".bz2", ".xz", ".zst", ".lz4", ".lzma", ".Z", ".zip").
Compression compression_of(std::string_view name);
/// The name without that extension.
std::string_view without_compression(std::string_view name);

/// Sizes of all proper beginnings of `name` of which it is a rotation, shortest first; `visit(size)` returns
/// true to stop.
template <typename Visit>
void each_base(std::string_view name, Visit visit) {
  for (std::size_t size = 1; size < name.size(); ++size) {
    const char c = name[size];
    if (c != '.' && c != '-' && c != '_') continue;
    if (rotation_of(name.substr(0, size), name).rotated && visit(size)) return;
  }
}

}  // namespace routemeter::input
