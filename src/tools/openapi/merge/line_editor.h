// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "util/diagnostic.h"
#include "util/result.h"

namespace routemeter::openapi {

/// The lines of a file that is edited line by line: what is not touched stays byte for byte.
class LineEditor {
 public:
  explicit LineEditor(std::string_view text);

  /// The lines as they were, without their ends.
  const std::vector<std::string>& lines() const { return lines_; }
  void remove(std::size_t line) { edits_[line].removed = true; }
  /// Puts `prefix` behind the indentation of a line.
  void comment_out(std::size_t line, std::string prefix) { edits_[line].comment = std::move(prefix); }
  /// Puts a new line before `line`, behind others that were put there; lines().size() is the end.
  void insert(std::size_t line, std::string text) { edits_[line].before.push_back(std::move(text)); }

  std::string result() const;

 private:
  struct Edit {
    bool removed = false;
    std::string comment;
    std::vector<std::string> before;
  };
  std::string newline_ = "\n";  // of the file's first line
  std::vector<std::string> lines_;
  std::vector<std::string> ends_;
  std::vector<Edit> edits_;
};

/// The lines of one entry of a list, first and last counted.
struct Extent {
  std::size_t first = 0;
  std::size_t last = 0;
  std::size_t indent = 0;  ///< blanks before its dash
};

/// The lines of the entry whose value begins at `at`. Errors: it does not have lines of its own. `path` is
/// for the message.
util::Result<Extent> extent_of(const std::vector<std::string>& lines, util::Position at,
                               const std::string& path);

}  // namespace routemeter::openapi
