// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "format/contract/format.h"

namespace routemeter::format {

/// gunicorn's access_log_format: '%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s ...' (its Settings page).
util::Result<FormatPtr> make_gunicorn_string(const model::FormatSpec& spec,
                                             const model::CaptureRegexFactory& regex);

}  // namespace routemeter::format
