// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "tools/openapi/document.h"

namespace routemeter::openapi {

/// What wrote a document, and the routes that it serves beside those in it.
struct Framework {
  std::string_view name;                     ///< "FastAPI"; "" when it is not known
  std::string_view order;                    ///< how it chooses among the routes that match
  std::span<const std::string_view> docs;    ///< its own routes for documentation: "GET,HEAD /docs"
  std::string_view missing;                  ///< what is never in the document
  std::span<const std::string_view> others;  ///< examples of that, as rules
};

/// The framework that a document shows traces of.
const Framework& recognise(const Document& document);

}  // namespace routemeter::openapi
