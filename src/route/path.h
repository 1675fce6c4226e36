// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "route/segments.h"

namespace routemeter::route {

/// The path part of a request target, still as sent.
struct RawPath {
  std::string_view text;
  bool plain = true;                   ///< nothing to decode: neither '%' nor a byte from 0x80 up
  const char* readable_end = nullptr;  ///< as of Request, for `text`
};

/// Cuts the query or fragment off, and from an absolute-form target (`http://host/x`) scheme and authority;
/// no path left there is "/". An authority (CONNECT) and `*` stay as they are. Sees the bytes of `target`.
/// The same look at the bytes gives the segments, good when the path is plain and begins with '/'. Up to
/// `readable_end` may be read behind the target, which is faster.
RawPath cut_target(std::string_view target, Segments& segments, const char* readable_end = nullptr) noexcept;

/// The path that rules are matched with: percent-decoded, ill-formed UTF-8 replaced by U+FFFD per maximal
/// subpart (Python's errors="replace"; instrumentator.md 1.4). '%' without two hex digits stays. Sees the
/// bytes of `raw` or of `scratch`.
std::string_view decode_path(const RawPath& raw, std::string& scratch);

/// The library's own label for a path without a handler (instrumentator.md 1.4): a decoded '?' or '#' cuts
/// it, CR, LF and tab vanish, a leading '/' is added where missing. Sees `path` or `scratch`.
std::string_view untemplated_label(std::string_view path, std::string& scratch);

}  // namespace routemeter::route
