// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "tools/openapi/import.h"
#include "tools/openapi/path_template.h"
#include "util/result.h"

namespace routemeter::openapi {

/// A path with the methods that it takes; it becomes one rule.
struct Endpoint {
  std::string own_path;              ///< as the document has it, '/' first, without query
  std::string path;                  ///< with the prefix of the servers: what requests have
  util::Position at;                 ///< of the path in the document
  std::vector<std::string> methods;  ///< upper case, GET first; empty: any
  Samples samples;
  std::vector<PathPiece> pieces;  ///< of `path`, once it is split
};

/// All paths of the document, in its order, each once. Webhooks, extensions and paths
/// without operations are left out, with a warning where that is a surprise.
std::vector<Endpoint> read_endpoints(const Document& document, const ImportOptions& options,
                                     util::Diagnostics& warnings);

/// Values that a parameter (of OpenAPI 3 or Swagger 2) takes: its examples, else what its type and format
/// say.
std::vector<std::string> sample_values(const Document& document, const Value& parameter);

/// Gives each route of `imported` its test: a path made up for it, and the handler that the matcher of
/// `serve` finds for it. A route that no path reaches, since earlier ones take them all, is a warning, and
/// its test says who does. `endpoints` belong to the routes one by one. Errors: the rules do not compile.
util::Result<bool> add_tests(const Document& document, const std::vector<Endpoint>& endpoints,
                             Imported& imported);

/// A path prefix as people write it ("api/", "/", "https://example.org/api"), as "/api" or "".
std::string clean_prefix(std::string_view text);

}  // namespace routemeter::openapi
