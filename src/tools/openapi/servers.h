// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "tools/openapi/document.h"
#include "util/diagnostic.h"

namespace routemeter::openapi {

/// The path that the `servers` of `owner` (the document, a path or an operation) put before paths, or the
/// basePath of Swagger 2: "/api/v1", or "" when requests have the paths as they are. Absent: `owner` has
/// neither. Server variables have their defaults. Servers that disagree are a warning; the first one is
/// taken.
std::optional<std::string> server_prefix(const Document& document, const Value* owner,
                                         util::Diagnostics& warnings);

/// A path prefix as people write it ("api/", "/", "https://example.org/api"), as "/api" or "".
std::string clean_prefix(std::string_view text);

}  // namespace routemeter::openapi
