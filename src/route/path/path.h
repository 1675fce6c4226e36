// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "route/path/path_end.h"

namespace routemeter::route {

/// The path part of a request target, still as sent.
struct RawPath {
  std::string_view text;
  const char* readable_end = nullptr;  ///< as of Request, for `text`
  SegmentEnds ends = 0;                ///< good when it is plain
  bool plain = true;                   ///< nothing to decode: neither '%' nor a byte from 0x80 up
};

/// Of a target that does not begin with '/'.
RawPath cut_other_target(std::string_view target, const char* readable_end) noexcept;

/// Cuts the query or fragment off, and from an absolute-form target (`http://host/x`) scheme and authority;
/// no path left there is "/". An authority (CONNECT) and `*` stay as they are. Sees the bytes of `target`.
/// Up to `readable_end` may be read behind the target, which is faster.
inline RawPath cut_target(std::string_view target, const char* readable_end = nullptr) noexcept {
  if (target.empty() || target[0] != '/') return cut_other_target(target, readable_end);
  const PathEnd end = PathFinder::find(target, readable_end);
  return {{target.data(), end.size}, readable_end, end.ends, end.plain};
}

/// The path that rules are matched with: percent-decoded, ill-formed UTF-8 replaced by U+FFFD per maximal
/// subpart (Python's errors="replace"; tests/conformance/README.md, section 2). '%' without two hex digits
/// stays. Sees the bytes of `raw` or of `scratch`.
std::string_view decode_path(const RawPath& raw, std::string& scratch);

/// The other way round, for paths that are written: percent-encodes all but ASCII letters, digits, "-._~" and
/// the bytes of `kept`.
std::string encode_path(std::string_view path, std::string_view kept);

/// The library's own label for a path without a handler (tests/conformance/README.md, section 2): a decoded
/// '?' or '#' cuts it, CR, LF and tab vanish, a leading '/' is added where missing. Sees `path` or `scratch`.
std::string_view untemplated_label(std::string_view path, std::string& scratch);

}  // namespace routemeter::route
