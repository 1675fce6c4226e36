// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "expose/text/text.h"

namespace routemeter::expose {

/// The form of the answer to a scrape.
struct Choice {
  Dialect dialect = Dialect::kText;
  const char* content_type = nullptr;  ///< static
};

/// Reads Accept as RFC 9110 12.5.1 defines it: the most specific range that covers a type gives its weight,
/// the heavier type wins, of equals the one named more exactly, then the one named first. OpenMetrics comes
/// as version 1.0.0 or 0.0.1, text as 0.0.4; a range with another version covers none of them, other
/// parameters are ignored. Whoever asks for nothing that we have gets text.
Choice negotiate(std::string_view accept);

/// The encoding of the answer; kNone when the client refuses both (406).
enum class Encoding { kIdentity, kGzip, kNone };

/// Reads Accept-Encoding as RFC 9110 12.5.3 defines it: weights, "*", any case, "x-gzip" for gzip. Several
/// header lines come joined by commas; no header is the empty text. An entry that is malformed counts as
/// refused: what it meant is unknown, and identity always works.
Encoding choose_encoding(std::string_view accept_encoding);

struct Credentials {
  std::string user;
  std::string password;
};

/// Reads an Authorization header of the scheme Basic (RFC 7617). Nothing when it is another scheme, no
/// base64, without a colon, or with a NUL, at which a password hash would end.
std::optional<Credentials> parse_authorization(std::string_view header);

}  // namespace routemeter::expose
