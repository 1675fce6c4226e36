// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "model/reason.h"
#include "model/request.h"

namespace routemeter::format {

/// Splits "METHOD SP TARGET SP HTTP/x.y" (DESIGN.md section 3: the target may hold blanks, the protocol may
/// be absent). Fills out.method and out.target with views into `line` and returns kNone, or returns
/// kBadRequest. Escapes are not undone: no logger escapes a blank, so undo them in the parts.
model::Reason split_request_line(std::string_view line, model::Request& out) noexcept;

/// The same rules for formats that log the parts apart: a token, and a target of one of the four forms.
bool is_method(std::string_view method) noexcept;
/// Sets the method, and its number when eight bytes before its end may be read from `readable` on; false when
/// it is none.
bool take_method(std::string_view method, const char* readable, model::Request& out) noexcept;
bool is_target(std::string_view method, std::string_view target) noexcept;
/// "HTTP/" and digits, maybe with one dot between them.
bool is_protocol(std::string_view protocol) noexcept;

}  // namespace routemeter::format
