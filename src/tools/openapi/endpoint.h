// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/openapi/document.h"
#include "tools/openapi/path_template.h"
#include "util/diagnostic.h"

namespace routemeter::openapi {

/// A path with the methods that it takes; it becomes one rule.
struct Endpoint {
  std::string own_path;              ///< as the document has it, '/' first, without query
  std::string path;                  ///< with the prefix of the servers: what requests have
  std::vector<std::string> methods;  ///< upper case, GET first; empty: any
  Samples samples;
  util::Position at;  ///< of the path in the document
};

/// The difference between the paths of a document and those of requests.
struct PrefixOptions {
  std::optional<std::string> prefix;  ///< instead of what servers or basePath say
  std::string strip;                  ///< taken off the front of the document's paths
};

/// All paths of the document, in its order, each once. Webhooks, extensions and paths
/// without operations are left out, with a warning where that is a surprise.
std::vector<Endpoint> read_endpoints(const Document& document, const PrefixOptions& options,
                                     util::Diagnostics& warnings);

/// Values that a parameter (of OpenAPI 3 or Swagger 2) takes: its examples, else what its type and format
/// say.
std::vector<std::string> sample_values(const Document& document, const Value& parameter);

/// A path prefix as people write it ("api/", "/", "https://example.org/api"), as "/api" or "".
std::string clean_prefix(std::string_view text);

}  // namespace routemeter::openapi
