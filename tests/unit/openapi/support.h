// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include "rules/rule_text.h"
#include "tools/openapi/document.h"
#include "tools/openapi/import.h"
#include "tools/openapi/merge/marks.h"
#include "tools/openapi/merge/merge_rules.h"

namespace routemeter::openapi {

/// What an import of the text gives; the test fails when it is refused.
inline Imported imported(std::string_view text, const ImportOptions& options = {},
                         const std::string& name = "openapi.json") {
  const auto document = read_document(text, name);
  if (!document) FAIL(util::format(document.errors()));
  auto result = import_document(*document, options);
  if (!result) FAIL(util::format(result.errors()));
  return *result;
}

/// The entries of `routes`.
inline std::vector<std::string> rules_of(const Imported& from) {
  std::vector<std::string> out;
  for (const ImportedRoute& route : from.routes) out.push_back(rules::rule_entry(route.rule));
  return out;
}

/// The entries of `tests`.
inline std::vector<std::string> tests_of(const Imported& from) {
  std::vector<std::string> out;
  for (const ImportedRoute& route : from.routes)
    out.push_back(route.test ? rules::test_entry(*route.test) : "");
  return out;
}

inline std::vector<std::string> warnings_of(const Imported& from) {
  std::vector<std::string> out;
  for (const util::Diagnostic& d : from.warnings) out.push_back(d.message);
  return out;
}

/// An OpenAPI document with these `"path": {...}` members.
inline std::string with_paths(const std::string& paths, const std::string& more = "") {
  return R"({"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, )" + more + R"("paths": {)" + paths +
         "}}";
}

}  // namespace routemeter::openapi
