// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "format/text/text_plan.h"

namespace routemeter::format {

/// A field piece for the nginx variable `name`: what its values can contain (nginx's documentation of
/// variables and ngx_http_upstream_module), how times are written, in which unit. Unknown names can contain
/// anything.
Piece nginx_variable(std::string_view name, model::Escape escape);

/// Which nginx variables feed which Field (DESIGN.md section 2).
const FieldDefaults& nginx_defaults();

}  // namespace routemeter::format
