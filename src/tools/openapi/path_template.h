// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/rule_file.h"
#include "tools/openapi/document.h"

namespace routemeter::openapi {

/// Values for path parameters by their names, the most plausible first.
using Sample = std::pair<std::string, std::vector<std::string>>;
using Samples = std::vector<Sample>;

/// Converters by parameter name: what OpenAPI does not tell, such as FastAPI's {file_path:path}.
using Converters = std::map<std::string, std::string, std::less<>>;

/// A piece of a path in a document.
struct PathPiece {
  bool is_parameter = false;
  std::string source;      ///< as the document has it, braces included
  std::string name;        ///< parameter
  std::string converter;   ///< parameter: of the rule file, "" for none
  std::string lead;        ///< parameter: text that belongs to it: ";" of {;id}, "/" of an optional segment
  std::string regex;       ///< parameter that no template can say: the RE2; else ""
  bool own_regex = false;  ///< parameter: `regex` is the document's; RE2 may not take it
  bool spans = false;      ///< parameter: takes slashes too
};

/// Splits a path. Besides {name} it knows what frameworks and RFC 6570 write: {name: REGEX}, {name?},
/// {*name}, {name*}, {name+}, {;name}, <int:name>, :name.
std::vector<PathPiece> split_path(std::string_view path, const Converters& converters);

/// The rule for a path, its label and text as the document has them: a template where the rule file can say
/// it so, else a pattern. Absent when RE2 takes neither. Methods are left to the caller.
std::optional<model::Rule> make_rule(const std::vector<PathPiece>& pieces);

/// A path that requests may have, with the `variant`th sample of each parameter.
std::string fill(const std::vector<PathPiece>& pieces, const Samples& samples, std::size_t variant);

/// A template without the converters of its parameters: what a document can say of it.
std::string without_converters(std::string_view text);

}  // namespace routemeter::openapi
