// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "tools/openapi/document.h"
#include "tools/openapi/import.h"
#include "tools/openapi/path_template.h"
#include "util/result.h"

namespace routemeter::openapi {

/// The parts that the paths of a route's test are made from.
struct RouteSamples {
  std::vector<PathPiece> pieces;
  Samples samples;
};

/// Gives each route of `imported` its test: a path made up for it, and the handler that the matcher of
/// `serve` finds for it. A route that no path reaches, since earlier ones take them all, is a warning, and
/// its test says who does. `samples` belong to the routes one by one. Errors: the rules do not compile.
util::Result<bool> add_tests(const Document& document, const std::vector<RouteSamples>& samples,
                             Imported& imported);

}  // namespace routemeter::openapi
