// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace routemeter::expose {

/// What to send to a client; kNone when it refuses both (406).
enum class Encoding { kIdentity, kGzip, kNone };

/// Reads Accept-Encoding as RFC 9110 12.5.3 defines it: weights, "*", any case, "x-gzip" for gzip. Several
/// header lines come joined by commas; no header is the empty text. An entry that is malformed counts as
/// refused: what it meant is unknown, and identity always works.
Encoding choose_encoding(std::string_view accept_encoding);

}  // namespace routemeter::expose
