// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace routemeter::expose {

struct Credentials {
  std::string user;
  std::string password;
};

/// Reads an Authorization header of the scheme Basic (RFC 7617). Nothing when it is another scheme, no
/// base64, without a colon, or with a NUL, at which a password hash would end.
std::optional<Credentials> parse_authorization(std::string_view header);

}  // namespace routemeter::expose
