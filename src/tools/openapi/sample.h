// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tools/openapi/document.h"

namespace routemeter::openapi {

/// Values for path parameters by their names, the most plausible first.
using Samples = std::vector<std::pair<std::string, std::vector<std::string>>>;

/// Values that a parameter (of OpenAPI 3 or Swagger 2) takes: its examples, else what its type and format
/// say.
std::vector<std::string> sample_values(const Document& document, const Value& parameter);

/// What a parameter takes of which nothing is known: a word, a number, a UUID, so that one of them passes.
const std::vector<std::string>& plain_samples();

}  // namespace routemeter::openapi
