// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "util/diagnostic.h"
#include "util/result.h"

namespace routemeter::document {

struct YamlNode;
using YamlPtr = std::shared_ptr<const YamlNode>;

/// A YAML value as the file has it: typed only by its shape, with its place. Aliases share their node.
struct YamlNode {
  enum class Kind : std::uint8_t { kNull, kScalar, kList, kMap };
  Kind kind = Kind::kNull;
  bool quoted = false;         ///< scalar: in quotes or a block, so it is text whatever it looks like
  bool verbatim = false;       ///< scalar: `text` stands byte for byte at `at`, so offsets are columns
  std::string text;            ///< scalar: its value
  util::Position at;           ///< scalar: its first byte (after the quote); else where it begins
  std::vector<YamlPtr> items;  ///< list
  std::vector<std::pair<YamlPtr, YamlPtr>> entries;  ///< map, in file order, duplicates included

  bool is_map() const { return kind == Kind::kMap; }
  bool is_list() const { return kind == Kind::kList; }
  bool is_scalar() const { return kind == Kind::kScalar; }
  bool is_null() const { return kind == Kind::kNull; }
};

/// How deep a rule file may be nested; the schema needs five levels.
inline constexpr std::size_t kRuleFileDepth = 32;

/// Parses the one document in `text`. `file.path` names it in errors; `file.lines` is filled here.
/// Refuses what is not UTF-8, control bytes, several documents, unclosed quotes, tags and self-references.
/// Null pointer: the text has no value (empty, only comments).
/// Nesting deeper than `max_depth` is refused too; beyond 400 yaml-cpp's own limit comes first.
util::Result<YamlPtr> read_yaml(std::string_view text, util::SourceText& file,
                                std::size_t max_depth = kRuleFileDepth);

}  // namespace routemeter::document
