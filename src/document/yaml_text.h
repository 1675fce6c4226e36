// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "util/diagnostic.h"

namespace routemeter::document {

/// The source of a YAML file, for what the parser does not tell: places as (line, column) and what stands
/// there.
class YamlText {
 public:
  explicit YamlText(std::string_view text);

  /// The lines without their ends, for carets.
  std::vector<std::string> lines() const;
  util::Position position(std::size_t offset) const;

  /// A byte that no YAML text may have: not UTF-8, a control byte, a lone carriage return.
  struct BadByte {
    std::size_t offset = 0;
    std::string message;
    std::string hint;
  };
  std::optional<BadByte> bad_byte() const;

  /// What is known of a scalar from where it stands.
  struct Scalar {
    std::size_t begin = 0;  ///< offset of its first byte, behind properties, quote or block header
    bool closed = true;     ///< false: a quote that no quote ends
  };
  /// `offset` is where the node begins, its anchor or tag included.
  Scalar scalar(std::size_t offset, bool quoted) const;
  /// Behind anchors, tags, blanks and comments: where the node itself begins.
  std::size_t skip_properties(std::size_t offset) const;

  /// True when `value` stands byte for byte at `offset`.
  bool stands_at(std::size_t offset, std::string_view value) const {
    return offset <= text_.size() && text_.substr(offset, value.size()) == value;
  }
  /// Where the last `c` before `offset` is; `offset` itself when there is none.
  std::size_t last_before(std::size_t offset, char c) const {
    const std::size_t found = text_.substr(0, offset).rfind(c);
    return found == std::string_view::npos ? offset : found;
  }
  /// True when a tab is in the indentation of the line of `at`.
  bool tab_indented(util::Position at) const;

 private:
  std::string_view line(std::size_t index) const;
  bool closes(std::size_t open) const;

  std::string_view text_;
  std::vector<std::size_t> starts_;  // offset of each line
};

}  // namespace routemeter::document
