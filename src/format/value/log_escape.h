// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace routemeter::format {

/// How a logger writes bytes that would break its line.
enum class EscapeStyle : std::uint8_t {
  kNone,       ///< as they are
  kBackslash,  ///< \xHH, and Apache's \" \\ \b \n \r \t \v (nginx writes only \xHH, so one reader does for
               ///< both)
  kJson        ///< \" \\ \/ \b \f \n \r \t \uXXXX
};

/// Undoes the escapes of `text`. Returns `text` itself when it has none, else a view of `scratch`, which is
/// overwritten. An escape that is none stays as it stands.
std::string_view unescape(std::string_view text, EscapeStyle style, std::string& scratch);

}  // namespace routemeter::format
