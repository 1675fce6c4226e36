// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "format/contract/format_factory.h"

// The formats written as a string of a server, each read in a file of its own.

namespace routemeter::format {

/// A log_format string of nginx, alone ("$remote_addr ..."), with its escape ("escape=json ...") or as the
/// whole directive ("log_format main escape=json '...' '...';"). Values: nginx's ngx_http_log_module.
util::Result<FormatPtr> make_nginx(const model::FormatSpec& spec, const model::CaptureRegexFactory& regex);

/// The same for presets, which have a name and a writer of their own; spec.text is the string.
util::Result<FormatPtr> make_nginx_as(const model::FormatSpec& spec, std::string name, Writer writer);

/// The string of a log_format directive, its pieces put together.
struct NginxString : SpecString {
  std::optional<model::Escape> escape;
};

/// Takes "log_format NAME [escape=...] 'a' 'b';", "escape=json ..." or a bare string apart.
util::Result<NginxString> read_nginx_string(const model::FormatSpec& spec);

/// A LogFormat string of Apache's mod_log_config, alone or as the whole directive (LogFormat "..." name).
util::Result<FormatPtr> make_apache(const model::FormatSpec& spec, const model::CaptureRegexFactory& regex);

/// gunicorn's access_log_format: '%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s ...' (its Settings page).
util::Result<FormatPtr> make_gunicorn_string(const model::FormatSpec& spec,
                                             const model::CaptureRegexFactory& regex);

}  // namespace routemeter::format
