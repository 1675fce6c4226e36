// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "document/yaml_reader.h"
#include "util/result.h"

namespace routemeter::openapi {

/// Nesting deeper than this is refused. Schemas written in place take two levels for each of their own.
inline constexpr std::size_t kMaxDepth = 256;

/// A path longer than this is no route: RE2 would refuse it, and no label may be so long.
inline constexpr std::size_t kMaxPath = 1024;

/// References that lead to references.
inline constexpr int kMaxRefs = 16;

/// A value of a document: JSON and YAML give the same tree.
using Value = document::YamlNode;

/// An OpenAPI or Swagger document, read but not yet understood.
struct Document {
  std::string name;  ///< as the user named the file
  document::YamlPtr root;
};

/// Reads JSON or YAML. Errors: syntax, with its place; and files saved by mistake (the page of Swagger UI,
/// UTF-16, gzip, an error of the server), with a hint.
util::Result<Document> read_document(std::string_view text, const std::string& name);

/// The value of a key, null when `map` is none, has no such key, or null there. Of duplicates the last, as
/// JSON parsers have it.
const Value* member(const Value* map, std::string_view key);

/// The entries of a map and the items of a list; none when `value` is null or anything else.
const std::vector<std::pair<document::YamlPtr, document::YamlPtr>>& entries_of(const Value* value);
const std::vector<document::YamlPtr>& items_of(const Value* value);

/// The text of a scalar member, "" when there is none.
std::string_view text_member(const Value* map, std::string_view key);

/// `value`, or what its "$ref" leads to in this document. Null when that is nowhere, elsewhere or a circle.
const Value* follow(const Document& document, const Value* value);

/// A warning at a place of the document. Without the source line: most documents are one long line.
util::Diagnostic warning_at(const Document& document, util::Position at, std::string message,
                            std::string hint = "");

/// Parses JSON into the same tree that a YAML document gives: keys in their order, duplicates included, each
/// value with its place. Strings are `quoted`. `name` is the file in errors.
util::Result<document::YamlPtr> read_json(std::string_view text, const std::string& name);

}  // namespace routemeter::openapi
