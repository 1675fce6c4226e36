// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "format/contract/format.h"

namespace routemeter::format {

/// A log_format string of nginx, alone ("$remote_addr ..."), with its escape ("escape=json ...") or as the
/// whole directive ("log_format main escape=json '...' '...';"). Values: nginx's ngx_http_log_module.
util::Result<FormatPtr> make_nginx(const model::FormatSpec& spec, const model::CaptureRegexFactory& regex);

/// The same under another name, for presets; spec.text is the string.
util::Result<FormatPtr> make_nginx_as(const model::FormatSpec& spec, std::string name);

}  // namespace routemeter::format
