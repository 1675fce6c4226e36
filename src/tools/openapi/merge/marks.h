// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/rule_file.h"
#include "tools/openapi/import.h"
#include "tools/openapi/merge/line_editor.h"
#include "util/result.h"

namespace routemeter::openapi {

/// The comments that an import leaves in the rule file, so that the next one can tell its own lines from
/// those changed by hand: its options, and a fingerprint of each rule and test that it wrote.
struct Marks {
  ImportOptions options;
  std::vector<std::uint32_t> routes;  ///< in the order of the document
  std::vector<std::uint32_t> tests;
};

/// Of what a rule says: methods, path, label. Quotes, blanks and the order of methods do not count.
std::uint32_t fingerprint(const model::Rule& rule);
std::uint32_t fingerprint(const model::RuleTest& test);

/// The marks as comment lines.
std::string render_marks(const Marks& marks);

/// Puts the marks where those are that the file has, or else at its end.
void write_marks(LineEditor& editor, const Marks& marks);

/// The first line of the marks, or lines.size().
std::size_t first_mark(const std::vector<std::string>& lines);

/// The marks in a rule file named `path`; empty ones when there are none. Errors: options that
/// nobody knows.
util::Result<Marks> read_marks(std::string_view text, const std::string& path);

/// Options as on a command line: "--prefix /api --path-param file_path"; "" for none.
std::string options_text(const ImportOptions& options);

}  // namespace routemeter::openapi
