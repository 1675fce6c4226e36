// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/load/log_inputs.h"
#include "model/request.h"
#include "model/rule_file.h"
#include "model/vocabulary.h"
#include "util/result.h"

namespace routemeter::app {

/// One line of a log as a scan sees it. The views are good until the visitor returns.
struct ScannedLine {
  std::size_t log = 0;       ///< index into the result of scan_logs()
  std::uint64_t number = 0;  ///< from 1; lines that were too long count too
  std::string_view line;     ///< cleaned: no CR, no leading NUL
  model::Reason reason = model::Reason::kNone;
  const model::Request* request = nullptr;  ///< null unless `reason` is kNone
};
using LineVisitor = std::function<void(const ScannedLine&)>;

struct ScannedLog {
  std::string name;
  format::FormatPtr format;  ///< null: the log has no line
  std::uint64_t lines = 0;
  std::uint64_t too_long = 0;  ///< of `lines`: skipped, never visited
};

/// The logs that a scan read, and the errors that stopped it half-way.
struct Scan {
  std::vector<ScannedLog> logs;
  util::Diagnostics failures;
};

/// Reads all logs once to their ends on this thread, parses each line with the log's own format as replay
/// does (`spec` may be auto), and shows it to the visitor: for commands that look at requests instead of
/// counting them. Globs are expanded; "-" is stdin. Errors, before any line: a log that cannot be opened or
/// has no known format, all of them at once.
util::Result<Scan> scan_logs(const std::vector<std::string>& logs, const model::FormatSpec& spec,
                             const LineVisitor& visit);

/// The second half of scan_logs(), for who wants to know the formats before the first line (open_logs()).
Scan scan_inputs(std::vector<Input>& inputs, const LineVisitor& visit);

/// The same for lines at hand, such as those of a command line: `text` need not end in a newline.
void scan_text(std::string_view text, const format::Format& format, const LineVisitor& visit);

}  // namespace routemeter::app
