// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tools/openapi/import.h"
#include "tools/openapi/merge/marks.h"
#include "util/result.h"

namespace routemeter::openapi {

/// One change of an import in a rule file.
struct Change {
  int line = 1;      ///< of the rule file as it was: of the rule, or of that behind which a new one goes
  std::string text;  ///< "added: GET /items/{item_id}", printable
};

struct Merged {
  std::string text;             ///< the rule file as it is to be; the same bytes when nothing changes
  std::vector<Change> changes;  ///< of rules, in the order of the file
  util::Diagnostics notes;      ///< what the document says otherwise and was kept, since a hand wrote it
};

/// Brings a rule file up to date with a document. Entries of the last import (by `marks`) follow the
/// document; everything else stays byte for byte. Merging again changes nothing. `keep`: rules that the
/// document has no more become comments. Errors: the rule file does not load, or has no line for each rule.
util::Result<Merged> merge(std::string_view text, const std::string& path, const Marks& marks,
                           const Imported& imported, bool keep);

/// The options of an import that is repeated: those it had, and what is given now.
ImportOptions combined(const ImportOptions& before, const ImportOptions& given);

/// The whole rule file. `format` is what its `format` says; `file` is how it will be called, for the commands
/// in its head.
std::string render(const Imported& imported, const std::string& format, const std::string& file);

/// The marks of an import of which everything has been written.
Marks marks_of(const Imported& imported);

}  // namespace routemeter::openapi
