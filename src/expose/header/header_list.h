// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

// The grammar that Accept and Accept-Encoding share (RFC 9110 5.6 and 12.4.2).

namespace routemeter::expose {

inline constexpr int kFullWeight = 1000;  ///< q=1 in thousandths

bool same_ignoring_case(std::string_view a, std::string_view b);

/// Cuts the part before `separator` off the front of `text`, without blanks around it. A separator in a
/// quoted string is none.
std::string_view cut(std::string_view& text, char separator);

/// A qvalue in thousandths; 0 when the text is none.
int parse_weight(std::string_view text);

/// A parameter's value without quotes around it. Escapes in it stay: nothing we compare with needs any.
std::string_view unquoted(std::string_view text);

}  // namespace routemeter::expose
