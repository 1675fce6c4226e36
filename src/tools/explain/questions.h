// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "format/contract/format.h"
#include "input/read/reader.h"
#include "model/request.h"
#include "model/rule_file.h"
#include "model/vocabulary.h"
#include "util/diagnostic.h"
#include "util/result.h"

namespace routemeter::explain {

/// One line that a user asks about. The views are good until the visitor returns.
struct Question {
  std::string_view text;
  model::Reason reason = model::Reason::kNone;
  const model::Request* request = nullptr;  ///< null unless `reason` is kNone
  bool log_line = false;                    ///< a line of a log, which knows more than method and target
};
using QuestionVisitor = std::function<void(const Question&)>;

/// Values assumed for a request on the command line.
struct Assumed {
  std::string host;
  int status = 200;
};

/// Requests ("GET /x", "/x") or lines of a log, from the command line or standard input. Which of them they
/// are is found out by trying: a line of a log has a status, so no line is both.
class Questions {
 public:
  virtual ~Questions() = default;
  /// Shows every line, in order. What stopped the reading half-way is returned.
  virtual util::Diagnostics for_each(const Assumed& assumed, const QuestionVisitor& visit) = 0;
  /// The format of the log lines; null when there are none that have one.
  const format::FormatPtr& format() const { return format_; }
  /// Why none of the lines can be told from garbage, if so.
  const util::Diagnostics& warnings() const { return warnings_; }

 protected:
  format::FormatPtr format_;
  util::Diagnostics warnings_;
};

/// Each argument is one line.
util::Result<std::unique_ptr<Questions>> ask_arguments(std::vector<std::string> arguments,
                                                       const model::FormatSpec& spec);
/// Standard input, read as it comes once its first lines have told what they are: all of them requests, or
/// all of them lines of one log, as `replay` takes them.
util::Result<std::unique_ptr<Questions>> ask_standard_input(const model::FormatSpec& spec);

/// Reads "GET /x", "GET /x HTTP/1.1" or "/x", which is GET and has no blanks. False when it is none; sees the
/// bytes of `text`.
bool read_request(std::string_view text, model::Request& out);

}  // namespace routemeter::explain
