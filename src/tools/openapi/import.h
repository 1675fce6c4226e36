// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/rule_file.h"
#include "tools/openapi/document.h"
#include "util/result.h"

namespace routemeter::openapi {

/// The framework that wrote a document, and the routes that it serves beside those in it.
struct Framework {
  std::string_view name;                     ///< "FastAPI"; "" when it is not known
  std::string_view order;                    ///< how it chooses among the routes that match
  std::span<const std::string_view> docs;    ///< its own routes for documentation: "GET,HEAD /docs"
  std::string_view missing;                  ///< what is never in the document
  std::span<const std::string_view> others;  ///< examples of that, as rules
};

/// The framework that a document shows traces of.
const Framework& recognise(const Document& document);

/// The options that decide what an import writes. Remembered in the rule file (marks.h).
struct ImportOptions {
  std::optional<bool> spec_order;        ///< concrete paths before templated ones, as the specification says
  std::optional<std::string> prefix;     ///< instead of what servers or basePath say
  std::string strip_prefix;              ///< taken off the front of paths
  std::vector<std::string> path_params;  ///< NAME or NAME:CONVERTER
  bool docs = false;                     ///< the framework's documentation routes as rules
  bool app_labels = false;               ///< labels without the prefix
};

/// A route of the document as a rule and its test.
struct ImportedRoute {
  model::Rule rule;
  std::optional<model::RuleTest> test;  ///< absent: no path could be made up
};

/// The routes of a document, ready to be written or merged.
struct Imported {
  std::string document;  ///< the file's name
  std::string title;     ///< "Shop 1.4.0", printable; may be empty
  std::string dialect;   ///< "OpenAPI 3.1.0"
  const Framework* framework = nullptr;
  std::string prefix;  ///< that most of its paths have, for the framework's own routes
  ImportOptions options;
  std::vector<ImportedRoute> routes;  ///< in the order of the rule file
  util::Diagnostics warnings;
};

/// Understands a document. Errors: it has no paths at all, an option that makes no sense.
util::Result<Imported> import_document(const Document& document, const ImportOptions& options);

}  // namespace routemeter::openapi
